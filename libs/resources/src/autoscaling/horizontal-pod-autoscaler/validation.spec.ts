import { Kinds } from '@skiff/contracts';
import { creating } from '../../testing/read';

describe('An autoscaler', () => {
  const scaler = (spec: object) =>
    creating(Kinds.HorizontalPodAutoscaler, {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3, ...spec },
    });

  it('scales something, between bounds that make sense', () => {
    expect(scaler({})).toEqual([]);
    expect(scaler({ scaleTargetRef: {}, minReplicas: 0, maxReplicas: 0 })).toEqual([
      'spec.scaleTargetRef.kind: Required value',
      'spec.scaleTargetRef.name: Required value',
      'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
      'spec.maxReplicas: Invalid value: 0: must be greater than 0',
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ]);
    expect(scaler({ minReplicas: 4 })).toEqual([
      'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
    ]);
  });

  it('measures what its metrics say', () => {
    expect(scaler({ metrics: [{ type: 'Resource' }, { type: 'Odd' }] })).toEqual([
      'spec.metrics[0].resource: Required value: must populate information for the given metric source',
      'spec.metrics[1].type: Unsupported value: "Odd": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
    ]);
    const resource = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 0 } };
    expect(scaler({ metrics: [{ type: 'Resource', resource }] })).toEqual([
      'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
    ]);
  });

  it('moves no faster than it may', () => {
    const scaleUp = { stabilizationWindowSeconds: 3601, policies: [{ type: 'Pods', value: 0, periodSeconds: 1801 }] };
    expect(scaler({ behavior: { scaleUp } })).toEqual([
      'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
      'spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero',
      'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
    ]);
  });
});
