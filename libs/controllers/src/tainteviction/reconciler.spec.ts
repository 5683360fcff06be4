import { Kinds, type corev1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { World } from '../testing/world';

describe('Taint eviction', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['taint-eviction-controller']);
  });
  afterEach(() => world.stop());

  const taint: corev1.Taint = { key: 'repro', value: '1', effect: 'NoExecute' };
  const guest = async (...tolerations: corev1.Toleration[]): Promise<void> => {
    await world.client.create<corev1.Pod>(Kinds.Pod, {
      metadata: { name: 'guest', namespace: 'shop' },
      spec: {
        nodeName: 'n1',
        terminationGracePeriodSeconds: 0,
        tolerations,
        containers: [{ name: 'c', image: 'v1' }],
      },
    });
    await world.settle();
  };
  const setTaints = async (...taints: corev1.Taint[]): Promise<void> => {
    await world.client.patch(Kinds.Node, { name: 'n1' }, 'merge', { spec: { taints } });
    await world.settle();
  };
  const isThere = (): boolean => world.client.peek(Kinds.Pod, 'shop/guest') !== undefined;
  const forSeconds = (tolerationSeconds: number): corev1.Toleration => ({
    key: 'repro',
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds,
  });

  it('ends tolerationSeconds after a taint that does not say when it was added', async () => {
    await guest(forSeconds(5));
    await setTaints(taint);
    await world.pass(4);
    expect(isThere()).toBe(true);
    await world.pass(1);
    expect(isThere()).toBe(false);
    expect(world.events('guest')).toEqual(['Normal TaintManagerEviction Marking for deletion Pod shop/guest']);
  });

  it('does not begin anew when the pod changes, or another taint comes', async () => {
    await guest(forSeconds(10));
    await setTaints(taint);
    await world.pass(6);
    await world.client.patch(Kinds.Pod, { namespace: 'shop', name: 'guest' }, 'merge', {
      spec: { tolerations: [forSeconds(10), { key: 'other', operator: 'Exists' }] },
    });
    await setTaints(taint, { key: 'other', effect: 'NoExecute' });
    await world.pass(3);
    expect(isThere()).toBe(true);
    await world.pass(1);
    expect(isThere()).toBe(false);
  });

  it('begins anew when the taint was gone in between', async () => {
    await guest(forSeconds(10));
    await setTaints(taint);
    await world.pass(6);
    await setTaints();
    expect(world.events('guest')).toEqual(['Normal TaintManagerEviction Cancelling deletion of Pod shop/guest']);
    await setTaints(taint);
    await world.pass(6);
    expect(isThere()).toBe(true);
    await world.pass(4);
    expect(isThere()).toBe(false);
  });

  it('counts from when the taint was added, if it says so', async () => {
    await guest(forSeconds(60));
    await setTaints({ ...taint, timeAdded: formatTime(world.clock.now() - 50_000) });
    await world.pass(9);
    expect(isThere()).toBe(true);
    await world.pass(1);
    expect(isThere()).toBe(false);
  });

  it('goes by the first toleration of several for a taint', async () => {
    await guest({ key: 'repro', operator: 'Exists' }, forSeconds(5));
    await setTaints(taint);
    await world.pass(60);
    expect(isThere()).toBe(true);
  });
});
