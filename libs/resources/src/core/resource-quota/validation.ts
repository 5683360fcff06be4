import {
  child,
  compareQuantities,
  type ErrorList,
  immutable,
  quantityToNano,
  type Validation,
} from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateAnyResourceName } from '../pod/validation/resources';

const compute = ['cpu', 'memory', 'ephemeral-storage'];

const objects = [
  ...['pods', 'services', 'replicationcontrollers', 'resourcequotas', 'secrets', 'configmaps'],
  ...['persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'],
];

const standard = new Set([
  ...compute,
  ...compute.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  'requests.storage',
  ...objects,
]);

function validateQuotaResource(name: string, path: string, to: ErrorList): void {
  validateAnyResourceName(name, path, to);
  const known = name.includes('/') || standard.has(name) || /^(requests\.)?hugepages-/.test(name);
  if (!known) to.invalid(path, name, 'must be a standard resource for quota');
}

const podScopes = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
];

const contradictions = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

/** What a scope may limit: best-effort pods have nothing but their number. */
function scopeFits(scope: string, resource: string): boolean {
  if (resource === 'pods' || resource === 'count/pods') return true;
  return (
    scope !== 'BestEffort' &&
    (/^(requests\.|limits\.)?(cpu|memory|ephemeral-storage)$/.test(resource) || resource.startsWith('requests.'))
  );
}

const isScope = (scope: string): boolean => podScopes.includes(scope) || scope === 'VolumeAttributesClass';

const isUnfit = ({ hard }: corev1.ResourceQuotaSpec, scope: string): boolean =>
  podScopes.includes(scope) && Object.keys(hard ?? {}).some((resource) => !scopeFits(scope, resource));

function validateScopes(spec: corev1.ResourceQuotaSpec, scopes: readonly string[], path: string, to: ErrorList): void {
  for (const scope of scopes) {
    if (!isScope(scope)) to.invalid(path, scopes, 'unsupported scope');
    if (isUnfit(spec, scope)) to.invalid(path, scopes, 'unsupported scope applied to resource');
  }
  validateTogether(scopes, path, to);
}

function validateTogether(scopes: readonly string[], path: string, to: ErrorList): void {
  if (contradictions.some((pair) => pair.every((scope) => scopes.includes(scope))))
    to.invalid(path, scopes, 'conflicting scopes');
}

const unpriced =
  "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

function validateTerm(term: corev1.ScopedResourceSelectorRequirement, path: string, to: ErrorList): void {
  const { scopeName = '', operator = '', values } = term;
  const isNamed = scopeName === 'PriorityClass' || scopeName === 'VolumeAttributesClass';
  if (isScope(scopeName) && !isNamed && operator !== 'Exists') to.invalid(child(path, 'operator'), operator, unpriced);
  if (operator === 'In' || operator === 'NotIn') {
    if (!values?.length)
      to.required(
        child(path, 'values'),
        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      );
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values?.length)
      to.invalid(
        child(path, 'values'),
        values,
        "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
      );
  } else to.invalid(child(path, 'operator'), operator, 'not a valid selector operator');
}

/** The paths leave out which term it is, as upstream's validateScopedResourceSelectorRequirement does. */
function validateSelector(spec: corev1.ResourceQuotaSpec, to: ErrorList): void {
  const path = 'spec.scopeSelector.matchExpressions';
  const terms = spec.scopeSelector?.matchExpressions ?? [];
  for (const term of terms) {
    const { scopeName = '' } = term;
    if (!isScope(scopeName)) to.invalid(child(path, 'scopeName'), scopeName, 'unsupported scope');
    if (isUnfit(spec, scopeName))
      to.invalid(child(path, 'scopeName'), scopeName, 'unsupported scope applied to resource');
    validateTerm(term, path, to);
  }
  validateTogether(
    terms.map(({ scopeName = '' }) => scopeName),
    path,
    to,
  );
}

function validateAmounts(amounts: Readonly<Record<string, string>> | undefined, path: string, to: ErrorList): void {
  for (const [name, amount] of Object.entries(amounts ?? {})) {
    const at = `${path}[${name}]`;
    validateQuotaResource(name, at, to);
    if (compareQuantities(amount, '0') < 0) to.invalid(at, amount, 'must be greater than or equal to 0');
    const counts = objects.includes(name) || name.startsWith('count/');
    if (counts && quantityToNano(amount) % 1_000_000_000n !== 0n) to.invalid(at, amount, 'must be an integer');
  }
}

/** Rules of a quota; upstream's ValidateResourceQuota. */
export function validateResourceQuota({ spec = {} }: corev1.ResourceQuota, to: ErrorList): void {
  validateAmounts(spec.hard, 'spec.hard', to);
  validateScopes(spec, spec.scopes ?? [], 'spec.scopes', to);
  validateSelector(spec, to);
}

export function validateResourceQuotaUpdate(
  quota: corev1.ResourceQuota,
  old: corev1.ResourceQuota,
  to: ErrorList,
): void {
  validateResourceQuota(quota, to);
  const sorted = ({ spec }: corev1.ResourceQuota): string[] | undefined => spec?.scopes && [...spec.scopes].sort();
  immutable(sorted(quota), sorted(old), 'spec.scopes', to);
}

/** Upstream: ValidateResourceQuotaStatusUpdate. */
export function validateResourceQuotaStatus({ status }: corev1.ResourceQuota, _old: unknown, to: ErrorList): void {
  validateAmounts(status?.hard, 'status.hard', to);
  validateAmounts(status?.used, 'status.used', to);
}

export const resourceQuotaValidation: Validation<corev1.ResourceQuota> = {
  create: validateResourceQuota,
  update: validateResourceQuotaUpdate,
  subresources: { status: validateResourceQuotaStatus },
};
