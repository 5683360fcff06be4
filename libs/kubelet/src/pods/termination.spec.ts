import { Kinds, type corev1 } from '@skiff/contracts';
import { missingForContainerd } from '../testing/test-containerd';
import { eventually } from '../testing/test-kubelet';
import { hostPod, TestNode } from '../testing/test-node';

const missing = missingForContainerd();
const withContainers = missing === undefined ? describe : describe.skip;
/** Ends when a file says so, and not before. */
const stubborn = ['sh', '-c', 'touch /tmp/ok; trap "" TERM; until [ -e /tmp/end ]; do sleep 0.1; done'];

withContainers(`a pod that is deleted${missing === undefined ? '' : ` (this machine lacks ${missing})`}`, () => {
  let node: TestNode;

  beforeAll(async () => {
    node = await TestNode.start(`/kubelet-termination-${process.pid}`);
  }, 30_000);

  afterAll(() => node.stop(), 30_000);

  const deletes = (name: string, gracePeriodSeconds?: number): Promise<unknown> =>
    node.client.delete(
      Kinds.Pod,
      { namespace: 'default', name },
      gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds },
    );
  const isKilled = (name: string): boolean => node.kubelet.messages(name, 'Killing').length > 0;
  const touch = (name: string, path: string): Promise<unknown> => node.exec(name, ['touch', path]);
  const sees = (name: string, ready: boolean): Promise<unknown> =>
    eventually(() => node.get(name)?.metadata?.deletionTimestamp && node.isReady(name) === ready);

  it('stays ready while its containers run, when nothing asks them', async () => {
    await node.create(hostPod('plain', [{ name: 'c', command: stubborn }], { terminationGracePeriodSeconds: 60 }));
    await eventually(() => node.isReady('plain'));
    await deletes('plain');
    await eventually(() => isKilled('plain'));
    await node.kubelet.kubelet.statuses.flush(node.get('plain')?.metadata?.uid ?? '');
    expect(node.isReady('plain')).toBe(true);
    expect(node.only('plain')).toMatchObject({ ready: true, started: true, state: { running: {} } });
    await touch('plain', '/tmp/end');
    await eventually(() => node.get('plain') === undefined);
  });

  it('is ready or not as its readiness probe says, and is not restarted for its liveness', async () => {
    const asks = (path: string): corev1.Probe => ({ exec: { command: ['cat', path] }, periodSeconds: 1 });
    const container: corev1.Container = {
      name: 'c',
      command: stubborn,
      readinessProbe: { ...asks('/tmp/ok'), failureThreshold: 1 },
      livenessProbe: { ...asks('/tmp/ok'), failureThreshold: 1 },
    };
    await node.create(hostPod('asked', [container], { terminationGracePeriodSeconds: 60 }));
    await eventually(() => node.isReady('asked'));
    await deletes('asked');
    await eventually(() => isKilled('asked'));
    await sees('asked', true);
    await node.exec('asked', ['busybox', 'rm', '/tmp/ok']);
    await sees('asked', false);
    await touch('asked', '/tmp/ok');
    await sees('asked', true);
    expect(node.kubelet.messages('asked', 'Killing')).toEqual(['Stopping container c']);
    await touch('asked', '/tmp/end');
    await eventually(() => node.get('asked') === undefined);
  });

  it('goes sooner when it gets less time while it already ends', async () => {
    const container = { name: 'c', command: stubborn, readinessProbe: { exec: { command: ['cat', '/tmp/ok'] } } };
    await node.create(hostPod('slow', [container], { terminationGracePeriodSeconds: 600 }));
    await eventually(() => node.isReady('slow'));
    await deletes('slow');
    await eventually(() => isKilled('slow'));
    node.kubelet.kubelet.manager.pokeAll();
    await deletes('slow', 1);
    await eventually(() => node.get('slow') === undefined);
  });
});
