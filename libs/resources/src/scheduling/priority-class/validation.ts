import { type ErrorList, immutable, type Validation } from '@skiff/apimachinery';
import type { schedulingv1 } from '@skiff/contracts';

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

export const priorityClassValidation: Validation<schedulingv1.PriorityClass> = {
  create: validatePriorityClass,
  update: fixedPriority,
};
