import { Kinds } from '@skiff/contracts';
import { creating } from '../../testing/read';

const selector = { matchLabels: { a: 'b' } };

describe('Workloads', () => {
  it('have one bound of disruption', () => {
    const spec = { selector, minAvailable: 1, maxUnavailable: '50%', unhealthyPodEvictionPolicy: 'Never' };
    expect(creating(Kinds.PodDisruptionBudget, { spec })).toEqual([
      'spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"a":"b"}},"MaxUnavailable":"50%","UnhealthyPodEvictionPolicy":"Never"}: minAvailable and maxUnavailable cannot be both set',
      'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ]);
  });
});
