import type { coordinationv1, policyv1, rbacv1, schedulingv1 } from '@skiff/contracts';
import { immutable, same } from './metadata';
import { dns1123Subdomain, qualifiedName } from './names';
import { child, type Problems } from './problems';
import { validateLabelSelector } from './selectors';
import { validateCountOrPercent } from './workloads';

function validateRules(
  rules: readonly rbacv1.PolicyRule[] | null | undefined,
  namespaced: boolean,
  to: Problems,
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

export const validateRole = ({ rules }: rbacv1.Role, to: Problems): void => validateRules(rules, true, to);
export const validateClusterRole = ({ rules }: rbacv1.ClusterRole, to: Problems): void =>
  validateRules(rules, false, to);

const rbacGroup = 'rbac.authorization.k8s.io';

type RoleBinding = Pick<rbacv1.RoleBinding, 'roleRef' | 'subjects'>;

function validateBinding(
  { roleRef = {}, subjects }: RoleBinding,
  roleKinds: string[],
  namespaced: boolean,
  to: Problems,
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

export const validateRoleBinding = (binding: RoleBinding, to: Problems): void =>
  validateBinding(binding, ['Role', 'ClusterRole'], true, to);
export const validateClusterRoleBinding = (binding: RoleBinding, to: Problems): void =>
  validateBinding(binding, ['ClusterRole'], false, to);

export function fixedRole(binding: RoleBinding, old: RoleBinding, to: Problems): void {
  const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {};
  // Upstream shows its internal type, whose fields have no JSON names.
  const shown = { APIGroup: apiGroup, Kind: kind, Name: name };
  if (!same(binding.roleRef, old.roleRef)) to.invalid('roleRef', shown, 'cannot change roleRef');
}

/** A way for candidates to agree on a leader: upstream's own, or anybody's with a domain. */
function validateStrategy(strategy: string, to: Problems): void {
  // The path is upstream's.
  const path = 'spec.strategy.strategy';
  if (strategy.includes('/')) to.all(path, strategy, qualifiedName(strategy));
  else if (strategy !== 'OldestEmulationVersion') to.notSupported(path, strategy, ['OldestEmulationVersion']);
}

/** Rules of a Lease. As ValidateLeaseSpec. */
export function validateLease({ spec = {} }: coordinationv1.Lease, to: Problems): void {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions, strategy, preferredHolder } = spec;
  if (seconds !== undefined && seconds <= 0) to.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0');
  if (transitions !== undefined && transitions < 0)
    to.invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0');
  if (strategy !== undefined) validateStrategy(strategy, to);
  if (preferredHolder && !strategy)
    to.forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined');
}

export function validatePriorityClass(value: schedulingv1.PriorityClass, to: Problems): void {
  const name = value.metadata?.name ?? '';
  if (name.startsWith('system-') && !['system-node-critical', 'system-cluster-critical'].includes(name))
    to.forbidden(
      'metadata.name',
      "priority class names with 'system-' prefix are reserved for system use only. error: " +
        name +
        ' is not a known system priority class',
    );
  else if (!name.startsWith('system-') && (value.value ?? 0) > 1000000000)
    to.forbidden('value', 'maximum allowed value of a user defined priority is 1000000000');
}

export function fixedPriority(value: schedulingv1.PriorityClass, old: schedulingv1.PriorityClass, to: Problems): void {
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

export function validateDisruptionBudget({ spec = {} }: policyv1.PodDisruptionBudget, to: Problems): void {
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
    to.invalid('spec', shownBudget(spec), 'minAvailable and maxUnavailable cannot be both set');
  if (spec.minAvailable !== undefined) validateCountOrPercent(spec.minAvailable, 'spec.minAvailable', to);
  if (spec.maxUnavailable !== undefined) validateCountOrPercent(spec.maxUnavailable, 'spec.maxUnavailable', to);
  validateLabelSelector(spec.selector, 'spec.selector', to);
  const policy = spec.unhealthyPodEvictionPolicy;
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  if (policy !== undefined && !policies.includes(policy))
    to.notSupported('spec.unhealthyPodEvictionPolicy', policy, policies);
}
