import { type ErrorList, nonNegative, validateLabelSelector, type Validation } from '@skiff/apimachinery';
import type { policyv1 } from '@skiff/contracts';
import { notOverAll, validateCountOrPercent } from '../../apps/count-validation';

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

export const podDisruptionBudgetValidation: Validation<policyv1.PodDisruptionBudget> = {
  create: validateDisruptionBudget,
  subresources: { status: validateDisruptionStatus },
};
