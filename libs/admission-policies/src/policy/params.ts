import { namespaceOf } from '@skiff/admission-rules';
import type { AdmissionParts, AdmissionRequest } from '@skiff/api-server/admission';
import { labelSelectorPredicate, type ApiObject, type Resource } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';

/** A policy, or a binding, that cannot be evaluated as it is. */
export class ConfigurationError extends Error {}

type Parts = Pick<AdmissionParts, 'reader' | 'resources'>;

/** The resource of a policy's parameters. Throws ConfigurationError where none has that kind. */
export function paramResource(
  { resources }: Parts,
  { apiVersion = '', kind = '' }: admissionregistrationv1.ParamKind,
): Resource {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  const found = resources.ofKind({ group, version, kind });
  if (found) return found;
  throw new ConfigurationError(`failed to find resource referenced by paramKind: '${apiVersion}, Kind=${kind}'`);
}

/**
 * The parameters that a binding picks; one that is undefined is for a policy that is evaluated without. Throws
 * ConfigurationError.
 * Upstream: CollectParams in staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go.
 */
export async function paramsOf(
  parts: Parts,
  resource: Resource | undefined,
  ref: admissionregistrationv1.ParamRef | undefined,
  request: AdmissionRequest,
): Promise<readonly (ApiObject | undefined)[]> {
  if (!resource || !ref) return [undefined];
  const found = await pick(parts, resource, ref, namespaceFor(resource, ref, request));
  if (found.length === 0 && ref.parameterNotFoundAction === 'Deny')
    throw new ConfigurationError('no params found for policy binding with `Deny` parameterNotFoundAction');
  return found;
}

function namespaceFor(
  { kind }: Resource,
  { namespace }: admissionregistrationv1.ParamRef,
  request: AdmissionRequest,
): string {
  if (!kind.namespaced) {
    if (namespace)
      throw new ConfigurationError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
    return '';
  }
  const chosen = namespace || namespaceOf(request);
  if (chosen) return chosen;
  throw new ConfigurationError(
    'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
  );
}

async function pick(
  { reader }: Parts,
  { kind }: Resource,
  { name, selector }: admissionregistrationv1.ParamRef,
  namespace: string,
): Promise<readonly ApiObject[]> {
  if (name) {
    const found = (await reader.get(kind, namespace, name)) ?? (await reader.getNewest(kind, namespace, name));
    return found ? [found] : [];
  }
  const all = await reader.list(kind, namespace);
  const selected = labelSelectorPredicate(selector ?? {});
  return all.filter(({ metadata }) => selected(metadata?.labels ?? {}));
}
