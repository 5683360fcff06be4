import type { autoscalingv2 } from '@skiff/contracts';

/** How fast an autoscaler moves unless it says otherwise; once it says anything, all of it is shown. */
function defaultBehavior(behavior: autoscalingv2.HorizontalPodAutoscalerBehavior): void {
  const doubled = { type: 'Percent', value: 100, periodSeconds: 15 };
  behavior.scaleUp = {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { ...doubled }],
    ...behavior.scaleUp,
  };
  behavior.scaleDown = { selectPolicy: 'Max', policies: [{ ...doubled }], ...behavior.scaleDown };
}

export function defaultAutoscaler({ spec }: autoscalingv2.HorizontalPodAutoscaler): void {
  if (!spec) return;
  spec.minReplicas ??= 1;
  spec.metrics ??= [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
  ];
  if (spec.behavior) defaultBehavior(spec.behavior);
}
