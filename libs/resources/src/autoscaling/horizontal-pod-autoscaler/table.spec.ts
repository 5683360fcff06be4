import { Kinds } from '@skiff/contracts';
import { metadata, printed } from '../../testing/printed';

describe('kubectl prints', () => {
  it('autoscalers of both versions', () => {
    const spec = { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 5 };
    const metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
      { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '10' } } },
    ];
    const currentMetrics = [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 20 } } }];
    expect(
      printed(Kinds.HorizontalPodAutoscaler, {
        metadata,
        spec: { ...spec, minReplicas: 2, metrics },
        status: { currentReplicas: 3, currentMetrics },
      }),
    ).toEqual({
      Name: 'o',
      Reference: 'Deployment/web',
      Targets: 'cpu: 20%/80%, memory: <unknown>/1Gi + 1 more...',
      MinPods: '2',
      MaxPods: 5,
      Replicas: 3,
      Age: '60m',
    });
    expect(
      printed(Kinds.HorizontalPodAutoscalerV1, {
        apiVersion: 'autoscaling/v1',
        metadata,
        spec: { ...spec, targetCPUUtilizationPercentage: 60 },
      }),
    ).toMatchObject({ Targets: 'cpu: <unknown>/60%', MinPods: '<unset>' });
  });
});
