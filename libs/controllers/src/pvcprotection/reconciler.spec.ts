import { Kinds, type corev1 } from '@skiff/contracts';
import { World } from '../testing/world';

const finalizer = 'kubernetes.io/pvc-protection';

describe('The protection of storage in use', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start([
      'persistentvolumeclaim-protection-controller',
      'persistentvolume-protection-controller',
    ]);
  });
  afterEach(() => world.stop());

  const claim = async (): Promise<corev1.PersistentVolumeClaim> => {
    await world.client.create<corev1.PersistentVolumeClaim>(Kinds.PersistentVolumeClaim, {
      metadata: { name: 'data', namespace: 'shop' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    await world.settle();
    return world.get(Kinds.PersistentVolumeClaim, 'data');
  };
  const remove = async (): Promise<void> => {
    await world.client.delete(Kinds.PersistentVolumeClaim, { namespace: 'shop', name: 'data' });
    await world.settle();
  };

  it('puts its finalizer on claims that lack it, and takes it off when they are deleted', async () => {
    expect((await claim()).metadata?.finalizers).toEqual([finalizer]);
    await remove();
    expect(world.client.peek(Kinds.PersistentVolumeClaim, 'shop/data')).toBeUndefined();
  });

  it('keeps a deleted claim until the pod that uses it is gone', async () => {
    await claim();
    await world.client.create<corev1.Pod>(Kinds.Pod, {
      metadata: { name: 'db', namespace: 'shop' },
      spec: {
        containers: [{ name: 'c', image: 'v1' }],
        volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
      },
    });
    await world.settle();
    await remove();
    expect(world.get(Kinds.PersistentVolumeClaim, 'data').metadata?.deletionTimestamp).toBeDefined();
    await world.client.delete(Kinds.Pod, { namespace: 'shop', name: 'db' });
    await world.settle();
    expect(world.client.peek(Kinds.PersistentVolumeClaim, 'shop/data')).toBeUndefined();
  });

  it('keeps a deleted volume while it is bound', async () => {
    const name = 'disk';
    await world.client.create<corev1.PersistentVolume>(Kinds.PersistentVolume, {
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/data' } },
    });
    const phase = async (value: string): Promise<void> => {
      const status = { phase: value };
      await world.client.patch(Kinds.PersistentVolume, { name }, 'merge', { status }, { subresource: 'status' });
      await world.settle();
    };
    await phase('Bound');
    expect(world.get(Kinds.PersistentVolume, name).metadata?.finalizers).toEqual(['kubernetes.io/pv-protection']);
    await world.client.delete(Kinds.PersistentVolume, { name });
    await world.settle();
    expect(world.get(Kinds.PersistentVolume, name).metadata?.deletionTimestamp).toBeDefined();
    await phase('Released');
    expect(world.client.peek(Kinds.PersistentVolume, name)).toBeUndefined();
  });
});
