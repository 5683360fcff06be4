import type { schedulingv1 } from '@skiff/contracts';

export function defaultPriorityClass(priorityClass: schedulingv1.PriorityClass): void {
  priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
}
