import { Kinds, type corev1, type metav1 } from '@skiff/contracts';
import { World } from '../testing/world';

describe('Garbage collection', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['garbage-collector-controller', 'deployment-controller', 'replicaset-controller']);
  });
  afterEach(() => world.stop());

  async function map(name: string, owners: readonly corev1.ConfigMap[] = [], block = true): Promise<corev1.ConfigMap> {
    const ownerReferences = owners.map(({ metadata }): metav1.OwnerReference => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: metadata?.name,
      uid: metadata?.uid,
      blockOwnerDeletion: block,
    }));
    return world.client.create<corev1.ConfigMap>(Kinds.ConfigMap, {
      metadata: { name, namespace: 'shop', ownerReferences },
    });
  }

  const names = () => world.client.peekAll(Kinds.ConfigMap, 'shop').map((object) => object.metadata?.name);
  const remove = async (name: string, propagationPolicy: string): Promise<void> => {
    await world.client.delete(Kinds.ConfigMap, { namespace: 'shop', name }, { propagationPolicy });
    await world.settle();
  };

  it('deletes what a deleted object owned, down to the last', async () => {
    const a = await map('a');
    const b = await map('b', [a]);
    await map('c', [b]);
    await map('d');
    await world.settle();
    await remove('a', 'Background');
    expect(names()).toEqual(['d']);
  });

  it('keeps what another owner still holds, without the reference to the lost one', async () => {
    const a = await map('a');
    const b = await map('b');
    await map('c', [a, b]);
    await remove('a', 'Background');
    expect(names()).toEqual(['b', 'c']);
    expect(world.get(Kinds.ConfigMap, 'c').metadata?.ownerReferences?.map(({ name }) => name)).toEqual(['b']);
  });

  it('deletes dependents before an owner that is deleted in the foreground', async () => {
    const order: (string | undefined)[] = [];
    world.client.intercept = ({ verb, name }) => {
      if (verb === 'delete') order.push(name);
    };
    const a = await map('a');
    const b = await map('b', [a]);
    await map('c', [b]);
    await world.settle();
    world.invariant = () => {
      if (names().includes('b')) expect(names()).toContain('a');
    };
    await remove('a', 'Foreground');
    expect(names()).toEqual([]);
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('waits in the foreground for a dependent that a finalizer holds', async () => {
    const a = await map('a');
    await map('b', [a]);
    await world.client.patch(Kinds.ConfigMap, { namespace: 'shop', name: 'b' }, 'merge', {
      metadata: { finalizers: ['example.com/x'] },
    });
    await remove('a', 'Foreground');
    expect(names()).toEqual(['a', 'b']);
    await world.client.patch(Kinds.ConfigMap, { namespace: 'shop', name: 'b' }, 'merge', {
      metadata: { finalizers: null },
    });
    await world.settle();
    expect(names()).toEqual([]);
  });

  it('does not wait for a dependent that does not block', async () => {
    const a = await map('a');
    await map('b', [a], false);
    await world.client.patch(Kinds.ConfigMap, { namespace: 'shop', name: 'b' }, 'merge', {
      metadata: { finalizers: ['example.com/x'] },
    });
    await remove('a', 'Foreground');
    expect(names()).toEqual(['b']);
  });

  it('leaves dependents behind when they are to be orphaned', async () => {
    const a = await map('a');
    await map('b', [a]);
    await remove('a', 'Orphan');
    expect(names()).toEqual(['b']);
    expect(world.get(Kinds.ConfigMap, 'b').metadata?.ownerReferences ?? []).toEqual([]);
  });

  it('deletes what names an owner that never was, and spares what names one it does not know the kind of', async () => {
    const ghost = { apiVersion: 'v1', kind: 'ConfigMap', name: 'ghost', uid: 'no-such-uid' };
    const custom = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: 'widget' };
    await world.client.create(Kinds.ConfigMap, {
      metadata: { name: 'a', namespace: 'shop', ownerReferences: [ghost] },
    });
    await world.client.create(Kinds.ConfigMap, {
      metadata: { name: 'b', namespace: 'shop', ownerReferences: [custom] },
    });
    await world.settle();
    expect(names()).toEqual(['b']);
  });

  it('tells a new object of the same name from the owner that is gone', async () => {
    const a = await map('a');
    await world.client.delete(Kinds.ConfigMap, { namespace: 'shop', name: 'a' });
    await map('a');
    await map('b', [a]);
    await world.settle();
    expect(names()).toEqual(['a']);
  });

  it('leaves the pods of a Deployment that is orphaned on its ReplicaSet', async () => {
    await world.deploy('w');
    await world.client.delete(Kinds.Deployment, { namespace: 'shop', name: 'w' }, { propagationPolicy: 'Orphan' });
    await world.settle();
    expect(world.client.peekAll(Kinds.Deployment)).toEqual([]);
    expect(world.client.peekAll(Kinds.ReplicaSet)).toHaveLength(1);
    expect(world.runningPods()).toHaveLength(2);
  });
});
