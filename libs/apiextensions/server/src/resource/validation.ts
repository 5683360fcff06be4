import {
  dns1123Subdomain,
  ErrorList,
  qualifiedName,
  sameValue,
  type ApiObject,
  type Validation,
} from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';
import { validateEmbedded } from '@skiff/apiextensions-schema';
import type { CustomSchema } from './custom-schema';
import { validateScale } from './scale';

type Scale = apiextensionsv1.CustomResourceSubresourceScale;

/**
 * What objects of a custom resource are held to, besides their metadata.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource.
 */
export function validationOf(schema: CustomSchema, scale: Scale | undefined): Validation<ApiObject> {
  const check = (object: ApiObject, old: ApiObject | undefined, to: ErrorList): void => {
    schema.validate(object, to, { old });
    if (scale) validateScale(object, scale, 'all', to);
    validateEmbedded(object, schema.structure, '', to);
    validateLists(schema, object, old, to);
    validateRules(schema, object, old, to);
  };
  const checkStatus = (object: ApiObject, old: ApiObject, to: ErrorList): void => {
    const [status, before] = [statusOf(object), statusOf(old)];
    if (status !== undefined) schema.validateStatus(status, to, { old: before, field: 'status' });
    if (scale) validateScale(object, scale, 'status', to);
    validateLists(schema, object, old, to);
    validateRules(schema, object, old, to);
  };
  const update = (object: ApiObject, old: ApiObject, to: ErrorList): void => check(object, old, to);
  return {
    freeFinalizers: true,
    create: (object, to) => check(object, undefined, to),
    update,
    subresources: { status: checkStatus, scale: update },
    warnings: finalizerWarnings,
  };
}

const statusOf = (object: ApiObject): unknown => (object as { status?: unknown }).status;

/** What was wrong before is let pass. */
function validateLists(
  { listTypes }: CustomSchema,
  object: ApiObject,
  old: ApiObject | undefined,
  to: ErrorList,
): void {
  if (!listTypes) return;
  const found = new ErrorList();
  listTypes(object, '', found);
  if (found.count === 0) return;
  if (old) {
    const before = new ErrorList();
    if (!sameValue(old, object)) listTypes(old, '', before);
    if (before.count > 0) return;
  }
  listTypes(object, '', to);
}

/** Mistakes after which it is not safe, or no use, to evaluate rules. */
const blocking: ReadonlySet<string | undefined> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const notChecked =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

function validateRules({ rules }: CustomSchema, object: ApiObject, old: ApiObject | undefined, to: ErrorList): void {
  if (!rules) return;
  if (to.causes.some(({ reason }) => blocking.has(reason))) to.invalid('<nil>', null, notChecked);
  else rules(object, '', to, old);
}

const standard: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

function finalizerWarnings(object: ApiObject, old: ApiObject | undefined): string[] {
  const before = new Set(old?.metadata?.finalizers);
  return [...new Set(object.metadata?.finalizers)]
    .filter((name) => !before.has(name) && !standard.has(name) && isUnqualified(name))
    .sort()
    .map(
      (name) =>
        `metadata.finalizers: ${JSON.stringify(name)}: prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers`,
    );
}

const isUnqualified = (name: string): boolean =>
  qualifiedName(name).length === 0 && !(name.includes('/') && dns1123Subdomain(name.split('/')[0] ?? '').length === 0);
