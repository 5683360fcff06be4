import { Kinds } from '@skiff/contracts';
import { creating } from '../../testing/read';

const template = {
  metadata: { labels: { a: 'b' } },
  spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Always' },
};

const selector = { matchLabels: { a: 'b' } };

describe('Workloads', () => {
  it('of every node surge or make room, not both', () => {
    const rolling = (rollingUpdate: object) =>
      creating(Kinds.DaemonSet, {
        spec: { selector, template, updateStrategy: { type: 'RollingUpdate', rollingUpdate } },
      });
    const path = 'spec.updateStrategy.rollingUpdate';
    expect(rolling({ maxSurge: 1, maxUnavailable: 1 })).toEqual([
      `${path}.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero`,
    ]);
    expect(rolling({ maxSurge: 0, maxUnavailable: 0 })).toEqual([
      `${path}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`,
    ]);
  });
});
