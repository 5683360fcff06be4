import { sameValue, specificationChanged, type Strategy } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';

export const deploymentStrategy: Strategy<appsv1.Deployment> = {
  // Other clients see what was rolled out by its labels, which a controller must not change by the way.
  keptByStatus: ['labels'],
  /** Annotations say how to roll out, and so a new one is a new wish. */
  countsGeneration: (object, old) =>
    specificationChanged(object, old) ||
    !sameValue(object.metadata?.annotations ?? {}, old.metadata?.annotations ?? {}),
};
