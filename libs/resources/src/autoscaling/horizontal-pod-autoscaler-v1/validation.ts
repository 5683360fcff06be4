import type { ErrorList, Validation } from '@skiff/apimachinery';
import type { autoscalingv1 } from '@skiff/contracts';
import { validateAutoscalerStatus, validateBounds, validateZero } from '../horizontal-pod-autoscaler/validation';

/** The paths are those of autoscaling/v2, which upstream validates whatever was sent. */
export function validateAutoscalerV1(
  { metadata, spec = {} }: autoscalingv1.HorizontalPodAutoscaler,
  to: ErrorList,
): void {
  validateBounds(spec, to);
  const target = spec.targetCPUUtilizationPercentage;
  if (target !== undefined && target < 1)
    to.invalid('spec.metrics[0].resource.target.averageUtilization', target, 'must be greater than 0');
  const others = metadata?.annotations?.['autoscaling.alpha.kubernetes.io/metrics'] ?? '';
  validateZero(spec.minReplicas, /"type":"(Object|External)"/.test(others), to);
}

export const horizontalPodAutoscalerV1Validation: Validation<autoscalingv1.HorizontalPodAutoscaler> = {
  create: validateAutoscalerV1,
  subresources: { status: validateAutoscalerStatus },
};
