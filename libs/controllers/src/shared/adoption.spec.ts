import { Kinds, type corev1 } from '@skiff/contracts';
import { template, World } from '../testing/world';

describe('A pod that names a ReplicaSet of another namespace as its controller', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['replicaset-controller']);
    await world.client.create(Kinds.Namespace, { metadata: { name: 'market' } });
  });
  afterEach(() => world.stop());

  it('does not count as one of its pods', async () => {
    const { metadata } = await world.client.create(Kinds.ReplicaSet, {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template() },
    });
    const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: metadata?.uid, controller: true };
    await world.client.create<corev1.Pod>(Kinds.Pod, {
      metadata: { name: 'stray', namespace: 'market', labels: { app: 'web' }, ownerReferences: [controller] },
      spec: { containers: [{ name: 'c', image: 'v1' }] },
    });
    await world.settle();
    expect(world.pods('shop')).toHaveLength(2);
    await world.change(Kinds.ReplicaSet, 'web', { replicas: 0 });
    expect(world.pods('shop')).toEqual([]);
    expect(world.pods('market')).toHaveLength(1);
  });
});
