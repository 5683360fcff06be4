import { Kinds, type corev1 } from '@skiff/contracts';
import { World } from '../testing/world';

const day = 86_400_000;

describe('Tokens that were made along with a service account', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.empty();
    await world.client.create(Kinds.Namespace, { metadata: { name: 'shop' } });
  });
  afterEach(() => world.stop());

  const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
  const labels = () => world.client.peek(Kinds.Secret, 'shop/old')?.metadata?.labels ?? {};
  const isThere = (): boolean => world.client.peek(Kinds.Secret, 'shop/old') !== undefined;

  async function start(secret: corev1.Secret = {}, listed = ['old'], trackedSince = 0): Promise<void> {
    const tracking = { namespace: 'kube-system', name: 'kube-apiserver-legacy-service-account-token-tracking' };
    const since = dayOf(world.clock.now() + trackedSince * day);
    await world.client.patch(Kinds.ConfigMap, tracking, 'merge', { data: { since } });
    await world.client.create<corev1.ServiceAccount>(Kinds.ServiceAccount, {
      metadata: { name: 'robot', namespace: 'shop' },
      secrets: listed.map((name) => ({ name })),
    });
    await world.client.create<corev1.Secret>(Kinds.Secret, {
      metadata: {
        name: 'old',
        namespace: 'shop',
        annotations: { 'kubernetes.io/service-account.name': 'robot' },
        ...secret.metadata,
      },
      type: 'kubernetes.io/service-account-token',
    });
    world.run(['legacy-serviceaccount-token-cleaner-controller']);
    await world.settle();
  }
  const after = async (days: number): Promise<void> => {
    await world.clock.advance(days * day);
    await world.settle();
  };

  it('are marked when nobody has used them for a year, and deleted after another', async () => {
    await start();
    await after(365);
    expect(labels()).toEqual({});
    await after(2);
    const marked = labels()['kubernetes.io/legacy-token-invalid-since'];
    expect(marked).toMatch(/^\d{4}-\d\d-\d\d$/);
    await after(364);
    expect(isThere()).toBe(true);
    await after(3);
    expect(isThere()).toBe(false);
  });

  it('stay while they are used', async () => {
    await start({
      metadata: { labels: { 'kubernetes.io/legacy-token-last-used': dayOf(world.clock.now() + 100 * day) } },
    });
    await after(370);
    expect(labels()['kubernetes.io/legacy-token-invalid-since']).toBeUndefined();
    await after(100);
    expect(labels()['kubernetes.io/legacy-token-invalid-since']).toBeDefined();
  });

  it('stay while a pod mounts them', async () => {
    await start();
    await world.client.create<corev1.Pod>(Kinds.Pod, {
      metadata: { name: 'p', namespace: 'shop' },
      spec: { containers: [{ name: 'c', image: 'v1' }], volumes: [{ name: 'v', secret: { secretName: 'old' } }] },
    });
    await after(370);
    expect(labels()).toEqual({});
  });

  it.each([
    ['made by hand', [], 0],
    ['of a cluster that has not noted their use for a year', ['old'], 300],
  ])('are not touched if they are %s', async (_what, listed, trackedSince) => {
    await start({}, listed, trackedSince);
    await after(500);
    expect(labels()).toEqual({});
    expect(isThere()).toBe(true);
  });
});
