import type { Strategy } from '@skiff/apimachinery';
import type { schedulingv1 } from '@skiff/contracts';

export const priorityClassStrategy: Strategy<schedulingv1.PriorityClass> = {
  /** It is of its first generation for ever. */
  countsGeneration: () => false,
};
