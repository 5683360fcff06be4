import { sameStatus } from './same-status';

describe('Two statuses', () => {
  it.each<[object | undefined, object | undefined, boolean]>([
    [{ replicas: 0 }, {}, true],
    [{ replicas: 1, conditions: [] }, { replicas: 1 }, true],
    [{ completedIndexes: '' }, undefined, true],
    [{ replicas: 1 }, { replicas: 1, readyReplicas: 0 }, true],
    [{ replicas: 1 }, { replicas: 2 }, false],
    [{ replicas: 1 }, undefined, false],
  ])('%j and %j: %s', (one, other, same) => expect(sameStatus(one, other)).toBe(same));
});
