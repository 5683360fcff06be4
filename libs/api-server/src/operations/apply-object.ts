import {
  applyConfiguration,
  badRequest,
  managersOfObject,
  managersOfView,
  onlyVersion,
  resetFields,
  schemaOf,
  type ApiObject,
  type FieldSet,
  type Versions,
  type ViewSubresource,
} from '@skiff/apimachinery';
import { apiVersionOf, type Kind } from '@skiff/contracts';
import { readStrictly } from '../decoding/decode';
import { describeConfiguration, describeKind, failed, requireApplicable } from './applicable';
import type { Configuration } from './configuration';
import type { Caller, OperationOptions, OperationTarget } from './operations';
import { requireName } from './requirements';
import { explainRestore } from './restore';
import { requireSameVersion, viewOf } from './subresource';

/** What is applied, by whom and how. */
export interface Applying {
  readonly target: OperationTarget;
  readonly configuration: Configuration;
  readonly caller: Caller;
  readonly options: OperationOptions;
  /** Those of its resource. */
  readonly versions: Versions;
  /** RFC 3339. */
  readonly time: string;
}

/**
 * An object with what is applied in it, and with its managers. Throws BadRequest for what is not of its kind, or is no
 * such thing at all, and Conflict for fields that others own.
 * Upstream: applyPatcher in staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
 *
 * @param live what is stored; the empty object of the kind where nothing is.
 */
export async function applyToObject(applying: Applying, live: ApiObject, empty: ApiObject): Promise<ApiObject> {
  const { definition, subresource } = applying.target;
  const view = viewOf(applying.target);
  if (view) return applyToView(applying, view, live);
  const reset = resetFields(definition, subresource);
  return apply(applying, { kind: definition.kind, live, empty, reset, versions: applying.versions });
}

/** Of an object that is written through a view, the managers of the field that both have see to it in the view. */
async function applyToView(applying: Applying, view: ViewSubresource<ApiObject>, live: ApiObject): Promise<ApiObject> {
  const { definition } = applying.target;
  const { kind, field } = view;
  const managers = live.metadata?.managedFields ?? [];
  const shown = view.read(live);
  const managed = managersOfView(managers, field, apiVersionOf(kind));
  const before = { ...shown, metadata: { ...shown.metadata, managedFields: managed } };
  const empty: ApiObject = { kind: shown.kind, apiVersion: shown.apiVersion };
  const versions = onlyVersion(apiVersionOf(kind), schemaOf(kind));
  const sent = await apply(applying, { kind, live: before, empty, reset: {}, versions });
  requireSameVersion(definition, live, sent);
  const ofView = sent.metadata?.managedFields ?? [];
  return withManagers(view.write(live, sent), managersOfObject(managers, ofView, field, apiVersionOf(definition.kind)));
}

interface Applied {
  readonly kind: Kind<ApiObject>;
  readonly live: ApiObject;
  readonly empty: ApiObject;
  readonly reset: FieldSet;
  readonly versions: Versions;
}

async function apply(applying: Applying, { kind, live, empty, reset, versions }: Applied): Promise<ApiObject> {
  const { target, configuration, caller, options, time } = applying;
  const { config } = configuration;
  const { subresource } = target;
  requireApplicable(kind, config, options.bodyBytes ?? 0);
  const { object, managedFields } = await applyConfiguration({
    ...{ schema: schemaOf(kind), live, empty, config, reset, versions },
    manager: { name: options.fieldManager, subresource, apiVersion: apiVersionOf(kind), time },
    force: options.force ?? false,
  });
  const read = readStrictly(kind, object, { ...caller, fieldValidation: 'Ignore' }, (why) => {
    const reason = `unable to convert unstructured object to ${describeKind(kind)}: ${explainRestore(why)}`;
    return failed(`failed to convert new object (${describeConfiguration(config)}) to proper version: ${reason}`);
  });
  tellRepeated(applying);
  requireName(target, read);
  return withManagers(read, managedFields);
}

function withManagers(
  object: ApiObject,
  managedFields: NonNullable<ApiObject['metadata']>['managedFields'],
): ApiObject {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata: managedFields ? { ...metadata, managedFields } : metadata };
}

/** Keys that are there twice are told, or refused, once all else is right. */
function tellRepeated({ configuration, options, caller }: Applying): void {
  const { repeated } = configuration;
  if (repeated.length === 0 || options.fieldValidation === 'Ignore') return;
  if (options.fieldValidation === 'Warn') for (const one of repeated) caller.warn(one);
  else {
    const lines = repeated.map((one) => `\n  ${one}`).join('');
    throw badRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:${lines}`);
  }
}
