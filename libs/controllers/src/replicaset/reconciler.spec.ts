import { StatusError, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type appsv1, type corev1 } from '@skiff/contracts';
import { template, World } from '../testing/world';

describe('ReplicaSets in a cluster', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['replicaset-controller', 'replicationcontroller-controller']);
  });
  afterEach(() => world.stop());

  async function create(spec: appsv1.ReplicaSetSpec = {}): Promise<void> {
    await world.client.create<appsv1.ReplicaSet>(Kinds.ReplicaSet, {
      metadata: { name: 'w', namespace: 'shop' },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
    });
    await world.settle();
  }

  it('create pods named and owned as recorded from the original', async () => {
    await create();
    for (const pod of world.pods()) {
      expect(pod.metadata).toMatchObject({
        generateName: 'w-',
        labels: { app: 'web' },
        ownerReferences: [
          { apiVersion: 'apps/v1', blockOwnerDeletion: true, controller: true, kind: 'ReplicaSet', name: 'w' },
        ],
      });
    }
    expect(world.get(Kinds.ReplicaSet, 'w').status).toMatchObject({
      replicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
  });

  it('never have more pods than they want, however late their cache is', async () => {
    world.invariant = () => expect(world.pods().length).toBeLessThanOrEqual(20);
    await create({ replicas: 20 });
    expect(world.runningPods()).toHaveLength(20);
  });

  it('replace a pod that somebody deletes', async () => {
    await create();
    const [victim] = world.pods();
    await world.client.delete(Kinds.Pod, { namespace: 'shop', name: victim?.metadata?.name ?? '' });
    await world.settle();
    expect(world.runningPods()).toHaveLength(2);
    expect(world.pods().map((pod) => pod.metadata?.name)).not.toContain(victim?.metadata?.name);
  });

  it('count pods as available only after minReadySeconds, and look again just then', async () => {
    await create({ minReadySeconds: 30 });
    expect(world.get(Kinds.ReplicaSet, 'w').status).toMatchObject({ readyReplicas: 2 });
    expect(world.get(Kinds.ReplicaSet, 'w').status?.availableReplicas ?? 0).toBe(0);
    await world.clock.advance(30_000);
    await world.settle();
    expect(world.get(Kinds.ReplicaSet, 'w').status).toMatchObject({ availableReplicas: 2 });
  });

  it('delete first what is cheap to delete', async () => {
    await create({ replicas: 3 });
    const [, dear] = world.pods();
    for (const pod of world.pods()) {
      const cost = pod === dear ? '10' : '-1';
      const metadata = { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } };
      await world.client.patch(Kinds.Pod, { namespace: 'shop', name: pod.metadata?.name ?? '' }, 'merge', { metadata });
    }
    await world.change(Kinds.ReplicaSet, 'w', { replicas: 1 });
    expect(world.pods().map((pod) => pod.metadata?.name)).toEqual([dear?.metadata?.name]);
    expect(world.events('w').filter((event) => event.includes('SuccessfulDelete Deleted pod: w-'))).toHaveLength(2);
  });

  it('adopt what they select, and let go of a pod whose labels change', async () => {
    await world.client.create<corev1.Pod>(Kinds.Pod, {
      metadata: { name: 'stray', namespace: 'shop', labels: { app: 'web' } },
      spec: { containers: [{ name: 'c', image: 'v1' }] },
    });
    await create();
    expect(world.pods()).toHaveLength(2);
    expect(world.get(Kinds.Pod, 'stray').metadata?.ownerReferences).toMatchObject([{ kind: 'ReplicaSet', name: 'w' }]);
    const metadata = { labels: { app: 'debugged' } };
    await world.client.patch(Kinds.Pod, { namespace: 'shop', name: 'stray' }, 'merge', { metadata });
    await world.settle();
    expect(world.get(Kinds.Pod, 'stray').metadata?.ownerReferences).toBeUndefined();
    expect(world.pods()).toHaveLength(3);
  });

  it('try one pod at a time when creating fails, and say so in an event', async () => {
    let tries = 0;
    world.client.intercept = ({ verb, kind }) => {
      if (verb !== 'create' || kind.kind !== 'Pod') return;
      tries += 1;
      throw new Error('no');
    };
    await create({ replicas: 100 });
    expect(tries).toBeLessThan(5);
    expect(world.events('w')[0]).toBe('Warning FailedCreate Error creating: no');
  });

  it.each([
    ['ReplicaSet', Kinds.ReplicaSet, { matchLabels: { app: 'web' } }],
    ['ReplicationController', Kinds.ReplicationController, { app: 'web' }],
  ] as const)('say so in a condition of a %s as long as a quota leaves no room', async (_name, kind, selector) => {
    const message = 'pods "w-3" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2';
    let left = 2;
    world.client.intercept = ({ verb, kind: created }) => {
      if (verb === 'create' && created.kind === 'Pod' && left-- <= 0) throw new StatusError(403, 'Forbidden', message);
    };
    await world.client.create<ApiObject>(kind, {
      metadata: { name: 'w', namespace: 'shop' },
      spec: { replicas: 3, selector, template: template() },
    } as ApiObject);
    await world.settle();
    const conditions = () =>
      (world.get<appsv1.ReplicaSet | corev1.ReplicationController>(kind, 'w').status?.conditions ?? []).map(
        ({ type, status, reason, message: said }) => [type, status, reason, said],
      );
    expect(conditions()).toEqual([['ReplicaFailure', 'True', 'FailedCreate', message]]);
    expect(world.events('w')).toContain(`Warning FailedCreate Error creating: ${message}`);
    await world.pass(60);
    expect(conditions()).toHaveLength(1);
    await world.change<ApiObject>(kind, 'w', { replicas: 2 });
    expect(conditions()).toEqual([]);
  });

  it('are kept by ReplicationControllers likewise', async () => {
    await world.client.create<corev1.ReplicationController>(Kinds.ReplicationController, {
      metadata: { name: 'old', namespace: 'shop' },
      spec: { replicas: 2, selector: { app: 'web' }, template: template() },
    });
    await world.settle();
    expect(world.runningPods()).toHaveLength(2);
    expect(world.get(Kinds.ReplicationController, 'old').status).toMatchObject({ replicas: 2, availableReplicas: 2 });
  });
});
