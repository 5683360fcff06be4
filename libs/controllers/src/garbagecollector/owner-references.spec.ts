import type { ApiObject } from '@skiff/apimachinery';
import { apiVersionOf, Kinds, type Kind, type metav1 } from '@skiff/contracts';
import { World } from '../testing/world';

const never = '11111111-2222-3333-4444-555555555555';

describe('An owner reference', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['garbage-collector-controller']);
    await world.client.create(Kinds.Namespace, { metadata: { name: 'market' } });
  });
  afterEach(() => world.stop());

  function reference(kind: Kind<ApiObject>, name: string, uid: string | undefined): metav1.OwnerReference {
    return { apiVersion: apiVersionOf(kind), kind: kind.kind, name, uid };
  }

  async function create(kind: Kind<ApiObject>, name: string, namespace?: string, ...owners: metav1.OwnerReference[]) {
    return world.client.create<ApiObject>(kind, { metadata: { name, namespace, ownerReferences: owners } });
  }

  const map = (name: string, ...owners: metav1.OwnerReference[]) => create(Kinds.ConfigMap, name, 'shop', ...owners);
  const exists = (kind: Kind<ApiObject>, key: string): boolean => world.client.peek(kind, key) !== undefined;
  const remove = async (name: string, propagationPolicy = 'Background'): Promise<void> => {
    await world.client.delete(Kinds.ConfigMap, { namespace: 'shop', name }, { propagationPolicy });
    await world.settle();
  };

  it('to an owner in another namespace leads nowhere, and an event says so', async () => {
    const owner = await map('owner');
    await create(Kinds.ConfigMap, 'stray', 'market', reference(Kinds.ConfigMap, 'owner', owner.metadata?.uid));
    await world.settle();
    expect(exists(Kinds.ConfigMap, 'market/stray')).toBe(false);
    expect(world.events('stray')).toEqual([
      `Warning OwnerRefInvalidNamespace ownerRef [v1/ConfigMap, namespace: market, name: owner, uid: ${owner.metadata?.uid}] does not exist in namespace "market"`,
    ]);
    expect(exists(Kinds.ConfigMap, 'shop/owner')).toBe(true);
  });

  it.each([
    ['name', Kinds.ConfigMap, 'not-owner'],
    ['kind', Kinds.Secret, 'owner'],
  ])('with the uid of an object but another %s leads nowhere', async (_what, kind, name) => {
    const owner = await map('owner');
    await map('stray', reference(kind, name, owner.metadata?.uid));
    await world.settle();
    expect(exists(Kinds.ConfigMap, 'shop/stray')).toBe(false);
    expect(exists(Kinds.ConfigMap, 'shop/owner')).toBe(true);
  });

  it.each([
    ['lives', true],
    ['never was', false],
  ])(
    'of a cluster-scoped object to an object with a namespace that %s never leads to a deletion',
    async (_what, lives) => {
      const owner = await map('owner');
      const uid = lives ? owner.metadata?.uid : never;
      await create(Kinds.ClusterRole, 'role', undefined, reference(Kinds.ConfigMap, 'owner', uid));
      await world.settle();
      expect(exists(Kinds.ClusterRole, 'role')).toBe(true);
      await remove('owner');
      expect(exists(Kinds.ClusterRole, 'role')).toBe(true);
      expect(world.events('role')).toEqual(
        lives
          ? [
              `Warning OwnerRefInvalidNamespace ownerRef [v1/ConfigMap, namespace: , name: owner, uid: ${uid}] does not exist in namespace ""`,
            ]
          : [],
      );
    },
  );

  it('of an object with a namespace to a cluster-scoped one holds, and ends with its owner', async () => {
    const owner = await create(Kinds.ClusterRole, 'owner');
    await map('dependent', reference(Kinds.ClusterRole, 'owner', owner.metadata?.uid));
    await world.settle();
    expect(exists(Kinds.ConfigMap, 'shop/dependent')).toBe(true);
    await world.client.delete(Kinds.ClusterRole, { name: 'owner' });
    await world.settle();
    expect(exists(Kinds.ConfigMap, 'shop/dependent')).toBe(false);
  });

  it('to a kind that is not served keeps the object as it is, with all its other references', async () => {
    const unknown = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: 'widget' };
    await map('a', reference(Kinds.ConfigMap, 'ghost', never), unknown);
    await world.settle();
    expect(world.get(Kinds.ConfigMap, 'a').metadata?.ownerReferences).toHaveLength(2);
  });

  it('that misnames its owner does not stand in the way of another that does not', async () => {
    const owner = await map('owner');
    const right = reference(Kinds.ConfigMap, 'owner', owner.metadata?.uid);
    await map('dependent', right, reference(Kinds.ConfigMap, 'other', owner.metadata?.uid));
    await world.settle();
    expect(world.get(Kinds.ConfigMap, 'dependent').metadata?.ownerReferences).toEqual([right]);
  });

  it('is judged when it changes to something else than its owner', async () => {
    const owner = await map('owner');
    await map('dependent', reference(Kinds.ConfigMap, 'owner', owner.metadata?.uid));
    await world.settle();
    await world.client.patch(Kinds.ConfigMap, { namespace: 'shop', name: 'dependent' }, 'merge', {
      metadata: { ownerReferences: [reference(Kinds.ConfigMap, 'other', owner.metadata?.uid)] },
    });
    await world.settle();
    expect(exists(Kinds.ConfigMap, 'shop/dependent')).toBe(false);
  });

  it('that closes a circle does not hold up a deletion in the foreground', async () => {
    const blocking = (name: string, uid: string | undefined) => ({
      ...reference(Kinds.ConfigMap, name, uid),
      blockOwnerDeletion: true,
    });
    const a = await map('a');
    const b = await map('b', blocking('a', a.metadata?.uid));
    await world.client.patch(Kinds.ConfigMap, { namespace: 'shop', name: 'a' }, 'merge', {
      metadata: { ownerReferences: [blocking('b', b.metadata?.uid)] },
    });
    await world.settle();
    await remove('a', 'Foreground');
    expect(world.client.peekAll(Kinds.ConfigMap, 'shop')).toEqual([]);
  });
});
