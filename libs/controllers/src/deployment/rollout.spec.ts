import { desiredReplicasAnnotation, maxReplicasAnnotation, revisionAnnotation } from './annotations';
import { conditionOf } from './status';
import { Rollout } from './testing/rollout';

/** A small repeatable source of chance. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

describe('a Deployment', () => {
  it('creates a ReplicaSet named after itself and its template, and says when it has minimum availability', () => {
    const rollout = new Rollout({ replicas: 2 });
    rollout.reconcile();
    const [replicaSet] = rollout.replicaSets;
    const hash = replicaSet?.metadata?.labels?.['pod-template-hash'];
    expect(hash).toMatch(/^[bcdf456789]{10}$/);
    expect(replicaSet).toMatchObject({
      metadata: {
        name: `web-${hash}`,
        namespace: 'shop',
        labels: { app: 'web' },
        annotations: { [revisionAnnotation]: '1', [desiredReplicasAnnotation]: '2', [maxReplicasAnnotation]: '3' },
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            name: 'web',
            uid: 'd',
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } },
        template: { metadata: { labels: { app: 'web', 'pod-template-hash': hash } } },
      },
    });
    expect(rollout.progressing()).toBe('NewReplicaSetCreated');
    expect(conditionOf(rollout.deployment.status?.conditions, 'Available')).toMatchObject({
      status: 'False',
      reason: 'MinimumReplicasUnavailable',
      message: 'Deployment does not have minimum availability.',
    });
    rollout.settle();
    expect(rollout.deployment.status).toMatchObject({
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      conditions: [
        {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        },
        {
          type: 'Progressing',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "web-${hash}" has successfully progressed.`,
        },
      ],
    });
    expect(rollout.deployment.metadata?.annotations).toEqual({ [revisionAnnotation]: '1' });
  });

  it('rolls out in the steps of the original', () => {
    const rollout = new Rollout({ replicas: 2 });
    rollout.settle();
    rollout.setImage('v2');
    rollout.settle();
    expect(rollout.messages).toEqual(['v1 2->1', 'v2 1->2', 'v1 1->0']);
    expect(rollout.deployment.metadata?.annotations).toEqual({ [revisionAnnotation]: '2' });
  });

  it.each([
    ['25%', '25%'],
    [1, 0],
    [0, 1],
    ['100%', '0%'],
    [0, 0],
    ['34%', '10%'],
  ])('with surge %s and unavailability %s never has more or fewer pods than it may', (surge, unavailable) => {
    for (let seed = 1; seed <= 20; seed++) {
      const share = chance(seed);
      const replicas = 1 + Math.floor(share() * 20);
      const rollout = new Rollout({
        replicas,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
      });
      rollout.settle(share);
      rollout.setImage('v2');
      for (let step = 0; step < 2; step++) {
        rollout.reconcile();
        rollout.runPods(share);
      }
      rollout.setImage('v3');
      rollout.settle(share);
      expect(rollout.sizes()).toEqual({ v1: 0, v2: 0, v3: replicas });
    }
  });

  it('goes back to an earlier template with a new revision of the same ReplicaSet', () => {
    const rollout = new Rollout();
    rollout.settle();
    rollout.setImage('v2');
    rollout.settle();
    rollout.setImage('v1');
    rollout.settle();
    expect(rollout.sizes()).toEqual({ v1: 10, v2: 0 });
    expect(rollout.image('v1')?.metadata?.annotations).toMatchObject({
      [revisionAnnotation]: '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect(rollout.deployment.metadata?.annotations?.[revisionAnnotation]).toBe('3');
  });

  it('replaces pods that never became ready first', () => {
    const rollout = new Rollout();
    rollout.settle();
    rollout.setImage('broken');
    for (let step = 0; step < 10; step++) {
      rollout.reconcile();
      rollout.runPods(() => 1);
    }
    expect(rollout.sizes()).toEqual({ v1: 8, broken: 5 });
    rollout.setImage('v3');
    rollout.settle();
    expect(rollout.sizes()).toEqual({ v1: 0, broken: 0, v3: 10 });
  });

  it('says when its progress deadline has passed, and that it is stuck no more', () => {
    const rollout = new Rollout();
    rollout.settle();
    rollout.setImage('broken');
    for (let step = 0; step < 10; step++) {
      rollout.reconcile();
      rollout.runPods(() => 1);
    }
    expect(rollout.plan().requeueAfter).toBeLessThanOrEqual(601_000);
    rollout.now += 601_000;
    rollout.reconcile();
    expect(conditionOf(rollout.deployment.status?.conditions, 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${rollout.image('broken')?.metadata?.name}" has timed out progressing.`,
    });
    expect(rollout.plan().requeueAfter).toBeUndefined();
    rollout.setImage('v1');
    rollout.settle();
    expect(rollout.progressing()).toBe('NewReplicaSetAvailable');
  });

  it('spreads a change of replicas over the ReplicaSets of an unfinished rollout in proportion', () => {
    const rollout = new Rollout({
      replicas: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
    });
    rollout.settle();
    rollout.setImage('broken');
    for (let step = 0; step < 5; step++) {
      rollout.reconcile();
      rollout.runPods(() => 1);
    }
    expect(rollout.sizes()).toEqual({ v1: 8, broken: 5 });
    rollout.change({ replicas: 15 });
    rollout.reconcile();
    expect(rollout.sizes()).toEqual({ v1: 11, broken: 7 });
  });

  it('is scaled but not rolled out while paused', () => {
    const rollout = new Rollout();
    rollout.settle();
    rollout.change({ paused: true });
    rollout.setImage('v2');
    rollout.change({ replicas: 4 });
    rollout.reconcile();
    rollout.runPods(() => 1);
    rollout.reconcile();
    expect(rollout.sizes()).toEqual({ v1: 4 });
    expect(rollout.progressing()).toBe('DeploymentPaused');
    rollout.change({ paused: false });
    rollout.reconcile();
    rollout.settle();
    expect(rollout.sizes()).toEqual({ v1: 0, v2: 4 });
  });

  it('recreates only after every old pod is gone', () => {
    const rollout = new Rollout({ replicas: 3, strategy: { type: 'Recreate' } });
    rollout.settle();
    rollout.setImage('v2');
    rollout.reconcile();
    expect(rollout.sizes()).toEqual({ v1: 0 });
    rollout.reconcile();
    expect(rollout.sizes()).toEqual({ v1: 0 });
    rollout.runPods(() => 1);
    rollout.reconcile();
    expect(rollout.sizes()).toEqual({ v1: 0, v2: 3 });
  });

  it('keeps no more old ReplicaSets than its history limit', () => {
    const rollout = new Rollout({ revisionHistoryLimit: 1 });
    for (const image of ['v1', 'v2', 'v3', 'v4']) {
      rollout.setImage(image);
      rollout.settle();
    }
    rollout.reconcile();
    expect(rollout.sizes()).toEqual({ v3: 0, v4: 10 });
  });

  it('names a ReplicaSet differently after a hash collision', () => {
    const rollout = new Rollout();
    const first = rollout.plan().create?.metadata?.name;
    rollout.deployment = { ...rollout.deployment, status: { collisionCount: 1 } };
    expect(rollout.plan().create?.metadata?.name).not.toBe(first);
  });
});
