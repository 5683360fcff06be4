import type { Strategy } from '@skiff/apimachinery';
import type { autoscalingv1 } from '@skiff/contracts';
import { fromScalerV2, toScalerV2 } from './conversion';

/** autoscaling/v1 has these defaults, and autoscaling/v2 the same in its own way. */
export const horizontalPodAutoscalerV1Strategy: Strategy<autoscalingv1.HorizontalPodAutoscaler> = {
  canonicalize(scaler) {
    const { metadata, spec } = scaler;
    if (!spec) return;
    spec.minReplicas ??= 1;
    // Other metrics stand in an annotation, and then CPU need not be one.
    if (metadata?.annotations?.['autoscaling.alpha.kubernetes.io/metrics'] === undefined)
      spec.targetCPUUtilizationPercentage ??= 80;
    // What the stored form has more stands in annotations, and belongs to whoever wrote it.
    scaler.metadata = fromScalerV2(toScalerV2(scaler)).metadata;
  },
};
