import type { corev1 } from '@skiff/contracts';
import { compareQuantities, quantityToNano, quantityToNumber } from '../quantity/quantity';
import { immutable } from './metadata';
import { qualifiedName } from './names';
import { child, type Problems } from './problems';
import { validateResourceName } from './pod/resources';

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

function validateQuotaResource(name: string, path: string, to: Problems): void {
  const before = to.causes.length;
  to.all(path, name, qualifiedName(name));
  const known = name.includes('/') || standard.has(name) || /^(requests\.)?hugepages-/.test(name);
  if (to.causes.length === before && !known) to.invalid(path, name, 'must be a standard resource for quota');
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

function validateScopes(spec: corev1.ResourceQuotaSpec, scopes: readonly string[], path: string, to: Problems): void {
  for (const scope of scopes) {
    if (!podScopes.includes(scope) && scope !== 'VolumeAttributesClass') {
      to.invalid(path, scopes, 'unsupported scope');
      continue;
    }
    for (const resource of Object.keys(spec.hard ?? {}))
      if (podScopes.includes(scope) && !scopeFits(scope, resource))
        to.invalid(path, scopes, 'unsupported scope applied to resource');
  }
  if (contradictions.some((pair) => pair.every((scope) => scopes.includes(scope))))
    to.invalid(path, scopes, 'conflicting scopes');
}

function validateSelector(spec: corev1.ResourceQuotaSpec, to: Problems): void {
  const terms = spec.scopeSelector?.matchExpressions ?? [];
  if (spec.scopeSelector)
    validateScopes(
      spec,
      terms.map(({ scopeName = '' }) => scopeName),
      'spec.scopeSelector.matchExpressions',
      to,
    );
  for (const [index, { scopeName = '', operator = '', values }] of terms.entries()) {
    const at = `spec.scopeSelector.matchExpressions[${index}]`;
    const byName = scopeName === 'PriorityClass' || scopeName === 'VolumeAttributesClass';
    if (!byName && operator !== 'Exists')
      to.invalid(
        child(at, 'operator'),
        operator,
        "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      );
    else if (operator === 'In' || operator === 'NotIn') {
      if (!values?.length)
        to.required(
          child(at, 'values'),
          "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        );
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values?.length)
        to.invalid(
          child(at, 'values'),
          values,
          "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector",
        );
    } else to.invalid(child(at, 'operator'), operator, 'not a valid selector operator');
  }
}

/** Rules of a quota; upstream's ValidateResourceQuota. */
export function validateResourceQuota({ spec = {} }: corev1.ResourceQuota, to: Problems): void {
  for (const [name, amount] of Object.entries(spec.hard ?? {})) {
    const path = `spec.hard[${name}]`;
    validateQuotaResource(name, path, to);
    if (compareQuantities(amount, '0') < 0) to.invalid(path, amount, 'must be greater than or equal to 0');
    const counts = objects.includes(name) || name.startsWith('count/');
    if (counts && quantityToNano(amount) % 1_000_000_000n !== 0n) to.invalid(path, amount, 'must be an integer');
  }
  validateScopes(spec, spec.scopes ?? [], 'spec.scopes', to);
  validateSelector(spec, to);
}

export function validateResourceQuotaUpdate(
  quota: corev1.ResourceQuota,
  old: corev1.ResourceQuota,
  to: Problems,
): void {
  validateResourceQuota(quota, to);
  const sorted = ({ spec }: corev1.ResourceQuota): string[] | undefined => spec?.scopes && [...spec.scopes].sort();
  immutable(sorted(quota), sorted(old), 'spec.scopes', to);
}

type Item = corev1.LimitRangeItem;

/** One bound of a resource must not be above another. */
function ordered(
  item: Item,
  [low, lowText]: readonly [keyof Item & ('min' | 'default' | 'defaultRequest'), string],
  [high, highText]: readonly [keyof Item & ('max' | 'default' | 'defaultRequest'), string],
  at: string,
  shown: string,
  to: Problems,
): void {
  for (const [name, amount] of Object.entries(item[low] ?? {})) {
    const limit = item[high]?.[name];
    if (limit !== undefined && compareQuantities(amount, limit) > 0)
      to.invalid(
        `${child(at, shown)}[${name}]`,
        item[shown as 'min']?.[name] ?? amount,
        `${lowText} value ${amount} is greater than ${highText} value ${limit}`,
      );
  }
}

function validateRatio(item: Item, at: string, to: Problems): void {
  for (const [name, ratio] of Object.entries(item.maxLimitRequestRatio ?? {})) {
    const path = `${child(at, 'maxLimitRequestRatio')}[${name}]`;
    if (compareQuantities(ratio, '1') < 0) to.invalid(path, ratio, `ratio ${ratio} is less than 1`);
    const [min, max] = [item.min?.[name], item.max?.[name]];
    if (min === undefined || max === undefined || quantityToNumber(min) === 0) continue;
    const widest = Number(quantityToNano(max)) / Number(quantityToNano(min));
    if (Number(quantityToNano(ratio)) / 1e9 > widest)
      to.invalid(path, ratio, `ratio ${ratio} is greater than max/min = ${widest.toFixed(6)}`);
  }
}

function validateItem(item: Item, at: string, to: Problems): void {
  const { type = '' } = item;
  if (type === '') to.required(child(at, 'type'));
  else if (!['Container', 'Pod', 'PersistentVolumeClaim'].includes(type) && !type.includes('/'))
    to.invalid(child(at, 'type'), type, 'must be a standard limit type or fully qualified');
  for (const bound of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const)
    for (const name of Object.keys(item[bound] ?? {})) validateResourceName(name, `${child(at, bound)}[${name}]`, to);
  if (type === 'Pod')
    for (const bound of ['default', 'defaultRequest'] as const)
      if (Object.keys(item[bound] ?? {}).length > 0)
        to.forbidden(child(at, bound), "may not be specified when `type` is 'Pod'");
  if (type === 'PersistentVolumeClaim' && item.min?.['storage'] === undefined && item.max?.['storage'] === undefined)
    to.required(child(at, 'limits'), 'either minimum or maximum storage value is required, but neither was provided');
  ordered(item, ['min', 'min'], ['max', 'max'], at, 'min', to);
  ordered(item, ['min', 'min'], ['defaultRequest', 'default request'], at, 'defaultRequest', to);
  ordered(item, ['defaultRequest', 'default request'], ['max', 'max'], at, 'defaultRequest', to);
  ordered(item, ['defaultRequest', 'default request'], ['default', 'default limit'], at, 'defaultRequest', to);
  ordered(item, ['min', 'min'], ['default', 'default'], at, 'default', to);
  ordered(item, ['default', 'default'], ['max', 'max'], at, 'default', to);
  validateRatio(item, at, to);
}

/** Rules of a limit range; upstream's ValidateLimitRange. */
export function validateLimitRange({ spec = {} }: corev1.LimitRange, to: Problems): void {
  const seen = new Set<string>();
  for (const [index, item] of (spec.limits ?? []).entries()) {
    const at = `spec.limits[${index}]`;
    if (seen.has(item.type ?? '')) to.duplicate(child(at, 'type'), '');
    seen.add(item.type ?? '');
    validateItem(item, at, to);
  }
}
