import type { coordinationv1, policyv1, rbacv1, schedulingv1 } from '@skiff/contracts';
import {
  immutable,
  same,
  dns1123Subdomain,
  qualifiedName,
  child,
  nonNegative,
  validateLabelSelector,
  type ErrorList,
} from '@skiff/apimachinery';
import { notOverAll, validateCountOrPercent } from './workloads';

function validateRules(
  rules: readonly rbacv1.PolicyRule[] | null | undefined,
  namespaced: boolean,
  to: ErrorList,
): void {
  for (const [index, rule] of (rules ?? []).entries()) {
    const at = `rules[${index}]`;
    if (!rule.verbs?.length) to.required(child(at, 'verbs'), 'verbs must contain at least one value');
    if (rule.nonResourceURLs?.length) {
      if (namespaced)
        to.invalid(
          child(at, 'nonResourceURLs'),
          rule.nonResourceURLs,
          'namespaced rules cannot apply to non-resource URLs',
        );
      if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length)
        to.invalid(
          child(at, 'nonResourceURLs'),
          rule.nonResourceURLs,
          'rules cannot apply to both regular resources and non-resource URLs',
        );
      continue;
    }
    if (!rule.apiGroups?.length)
      to.required(child(at, 'apiGroups'), 'resource rules must supply at least one api group');
    if (!rule.resources?.length)
      to.required(child(at, 'resources'), 'resource rules must supply at least one resource');
  }
}

export const validateRole = ({ rules }: rbacv1.Role, to: ErrorList): void => validateRules(rules, true, to);

/** Upstream: ValidateClusterRole. */
export function validateClusterRole({ rules, aggregationRule }: rbacv1.ClusterRole, to: ErrorList): void {
  validateRules(rules, false, to);
  if (!aggregationRule) return;
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0)
    to.required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil');
  for (const [index, selector] of selectors.entries()) {
    const before = to.count;
    validateLabelSelector(selector, `${path}[${index}]`, to);
    if (to.count > before) to.invalid(`${path}[${index}]`, undefined, 'invalid label selector.');
  }
}

const rbacGroup = 'rbac.authorization.k8s.io';

type RoleBinding = Pick<rbacv1.RoleBinding, 'roleRef' | 'subjects'>;

function validateBinding(
  { roleRef = {}, subjects }: RoleBinding,
  roleKinds: string[],
  namespaced: boolean,
  to: ErrorList,
): void {
  if (roleRef.apiGroup !== rbacGroup) to.notSupported('roleRef.apiGroup', roleRef.apiGroup ?? '', [rbacGroup]);
  if (!roleKinds.includes(roleRef.kind ?? '')) to.notSupported('roleRef.kind', roleRef.kind ?? '', roleKinds);
  if (!roleRef.name) to.required('roleRef.name');
  for (const [index, subject] of (subjects ?? []).entries()) {
    const at = `subjects[${index}]`;
    const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
    if (name === '') to.required(child(at, 'name'));
    if (kind === 'ServiceAccount') {
      if (name) to.all(child(at, 'name'), name, dns1123Subdomain(name));
      if (apiGroup) to.notSupported(child(at, 'apiGroup'), apiGroup, ['']);
      if (!namespaced && namespace === '') to.required(child(at, 'namespace'));
    } else if (kind === 'User' || kind === 'Group') {
      if (apiGroup !== rbacGroup) to.notSupported(child(at, 'apiGroup'), apiGroup, [rbacGroup]);
    } else to.notSupported(child(at, 'kind'), kind, ['ServiceAccount', 'User', 'Group']);
  }
}

export const validateRoleBinding = (binding: RoleBinding, to: ErrorList): void =>
  validateBinding(binding, ['Role', 'ClusterRole'], true, to);
export const validateClusterRoleBinding = (binding: RoleBinding, to: ErrorList): void =>
  validateBinding(binding, ['ClusterRole'], false, to);

export function fixedRole(binding: RoleBinding, old: RoleBinding, to: ErrorList): void {
  const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {};
  // Upstream shows its internal type, whose fields have no JSON names.
  const shown = { APIGroup: apiGroup, Kind: kind, Name: name };
  if (!same(binding.roleRef, old.roleRef)) to.invalid('roleRef', shown, 'cannot change roleRef');
}

/** A way for candidates to agree on a leader: upstream's own, or anybody's with a domain. */
function validateStrategy(strategy: string, to: ErrorList): void {
  // The path is upstream's.
  const path = 'spec.strategy.strategy';
  if (strategy.includes('/')) to.all(path, strategy, qualifiedName(strategy));
  else if (strategy !== 'OldestEmulationVersion') to.notSupported(path, strategy, ['OldestEmulationVersion']);
}

/** Rules of a Lease. As ValidateLeaseSpec. */
export function validateLease({ spec = {} }: coordinationv1.Lease, to: ErrorList): void {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions, strategy, preferredHolder } = spec;
  if (seconds !== undefined && seconds <= 0) to.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0');
  if (transitions !== undefined && transitions < 0)
    to.invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0');
  if (strategy !== undefined) validateStrategy(strategy, to);
  if (preferredHolder && !strategy)
    to.forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined');
}

const highestUserPriority = 1_000_000_000;
const systemPriorities: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

/** What a class is not that has a name of the system's. Upstream: IsKnownSystemPriorityClass. */
function systemProblem(name: string, { value = 0, globalDefault = false }: schedulingv1.PriorityClass) {
  const expected = systemPriorities[name];
  if (expected === undefined) return `${name} is not a known system priority class`;
  if (value !== expected) return `value of ${name} PriorityClass must be ${expected}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

/** Upstream: ValidatePriorityClass. */
export function validatePriorityClass(value: schedulingv1.PriorityClass, to: ErrorList): void {
  const name = value.metadata?.name ?? '';
  const problem = name.startsWith('system-') ? systemProblem(name, value) : undefined;
  if (problem)
    to.forbidden(
      'metadata.name',
      `priority class names with 'system-' prefix are reserved for system use only. error: ${problem}`,
    );
  else if (!name.startsWith('system-') && (value.value ?? 0) > highestUserPriority)
    to.forbidden('value', `maximum allowed value of a user defined priority is ${highestUserPriority}`);
  const policy = value.preemptionPolicy;
  const policies = ['PreemptLowerPriority', 'Never'];
  if (policy === '') to.required('preemptionPolicy');
  else if (policy !== undefined && !policies.includes(policy)) to.notSupported('preemptionPolicy', policy, policies);
}

export function fixedPriority(value: schedulingv1.PriorityClass, old: schedulingv1.PriorityClass, to: ErrorList): void {
  if (value.value !== old.value) to.forbidden('Value', 'may not be changed in an update.');
  immutable(value.preemptionPolicy, old.preemptionPolicy, 'preemptionPolicy', to);
}

/** A budget as upstream shows it: its internal type, whose fields have no JSON names. */
const shownBudget = (spec: policyv1.PodDisruptionBudgetSpec): Readonly<Record<string, unknown>> => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: spec.selector ?? null,
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
});

export function validateDisruptionBudget({ spec = {} }: policyv1.PodDisruptionBudget, to: ErrorList): void {
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
    to.invalid('spec', shownBudget(spec), 'minAvailable and maxUnavailable cannot be both set');
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    if (spec[field] === undefined) continue;
    validateCountOrPercent(spec[field], `spec.${field}`, to);
    notOverAll(spec[field], `spec.${field}`, to);
  }
  validateLabelSelector(spec.selector, 'spec.selector', to);
  const policy = spec.unhealthyPodEvictionPolicy;
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  if (policy !== undefined && !policies.includes(policy))
    to.notSupported('spec.unhealthyPodEvictionPolicy', policy, policies);
}

/** Upstream: ValidatePodDisruptionBudgetStatusUpdate. */
export function validateDisruptionStatus({ status }: policyv1.PodDisruptionBudget, _old: unknown, to: ErrorList): void {
  for (const field of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const)
    nonNegative(status?.[field], `status.${field}`, to);
}
