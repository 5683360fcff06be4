import { Kinds, type appsv1 } from '@skiff/contracts';
import { template, World } from '../testing/world';

describe('A StatefulSet', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['statefulset-controller']);
  });
  afterEach(() => world.stop());

  async function create(spec: appsv1.StatefulSetSpec = {}): Promise<void> {
    await world.client.create<appsv1.StatefulSet>(Kinds.StatefulSet, {
      metadata: { name: 'w', namespace: 'shop' },
      spec: { replicas: 3, serviceName: 'x', selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
    });
    await world.settle();
  }

  const running = () =>
    world
      .runningPods()
      .map((pod) => `${pod.metadata?.name} ${pod.spec?.containers?.[0]?.image}`)
      .sort();

  it('creates its pods in order, each after the one before is ready, as recorded from the original', async () => {
    world.invariant = () => {
      const waiting = world.pods().filter((pod) => pod.status?.phase === 'Pending');
      expect(waiting.length).toBeLessThanOrEqual(1);
    };
    await create();
    expect(running()).toEqual(['w-0 v1', 'w-1 v1', 'w-2 v1']);
    const revision = world.client.peekAll(Kinds.ControllerRevision)[0]?.metadata?.name;
    expect(world.get(Kinds.Pod, 'w-0')).toMatchObject({
      metadata: {
        generateName: 'w-',
        labels: { app: 'web', 'controller-revision-hash': revision, 'statefulset.kubernetes.io/pod-name': 'w-0' },
      },
      spec: { hostname: 'w-0', subdomain: 'x' },
    });
    expect(world.get(Kinds.StatefulSet, 'w').status).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: revision,
      updateRevision: revision,
    });
    expect(world.events('w')[0]).toBe('Normal SuccessfulCreate create Pod w-0 in StatefulSet w successful');
  });

  it('removes the highest ordinal first', async () => {
    await create();
    await world.change(Kinds.StatefulSet, 'w', { replicas: 1 });
    expect(running()).toEqual(['w-0 v1']);
    expect(world.events('w').slice(-2)).toEqual([
      'Normal SuccessfulDelete delete Pod w-2 in StatefulSet w successful',
      'Normal SuccessfulDelete delete Pod w-1 in StatefulSet w successful',
    ]);
  });

  it('updates from the highest ordinal down to its partition, one pod at a time', async () => {
    await create({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } });
    world.invariant = () => expect(world.runningPods().length).toBeGreaterThanOrEqual(2);
    await world.change(Kinds.StatefulSet, 'w', { template: template('v2') });
    expect(running()).toEqual(['w-0 v1', 'w-1 v2', 'w-2 v2']);
    await world.change(Kinds.StatefulSet, 'w', { updateStrategy: { rollingUpdate: { partition: 0 } } });
    expect(running()).toEqual(['w-0 v2', 'w-1 v2', 'w-2 v2']);
    const { status } = world.get(Kinds.StatefulSet, 'w');
    expect(status?.currentRevision).toBe(status?.updateRevision);
  });

  it('replaces a pod by one of the same name, with the same volume', async () => {
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    await create({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }] });
    const before = world.get(Kinds.Pod, 'w-1').metadata?.uid;
    await world.client.delete(Kinds.Pod, { namespace: 'shop', name: 'w-1' });
    await world.settle();
    expect(world.get(Kinds.Pod, 'w-1').metadata?.uid).not.toBe(before);
    expect(world.get(Kinds.Pod, 'w-1').spec?.volumes).toMatchObject([
      { name: 'data', persistentVolumeClaim: { claimName: 'data-w-1' } },
    ]);
    expect(world.client.peekAll(Kinds.PersistentVolumeClaim).map(({ metadata }) => metadata?.name)).toEqual([
      'data-w-0',
      'data-w-1',
      'data-w-2',
    ]);
  });

  it('creates all of its pods at once when it is parallel', async () => {
    await create({ podManagementPolicy: 'Parallel', template: template('broken') });
    expect(world.pods()).toHaveLength(3);
  });
});
