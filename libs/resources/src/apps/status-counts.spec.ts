import { Kinds } from '@skiff/contracts';
import { changing } from '../testing/read';

describe('The status of a workload', () => {
  it('counts no more parts than there are, and no collision less', () => {
    const from = { status: { collisionCount: 2 } };
    const into = {
      status: { replicas: 1, readyReplicas: 2, availableReplicas: 3, unavailableReplicas: -1, collisionCount: 1 },
    };
    expect(changing(Kinds.Deployment, from, into, 'status')).toEqual([
      'status.unavailableReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
      'status.collisionCount: Invalid value: 1: cannot be decremented',
    ]);
    expect(changing(Kinds.ReplicaSet, {}, { status: { fullyLabeledReplicas: 1 } }, 'status')).toEqual([
      'status.fullyLabeledReplicas: Invalid value: 1: cannot be greater than status.replicas',
    ]);
    expect(changing(Kinds.DaemonSet, {}, { status: { numberReady: -1 } }, 'status')).toEqual([
      'status.numberReady: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });
});
