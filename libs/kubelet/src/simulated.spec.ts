import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kinds, type corev1 } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import { startTestApi, type TestApi, type TestClient } from '@skiff/test-api';
import { SimulatedRuntime } from './runtime/simulated-runtime';
import { hollowSystem } from './system/hollow/hollow-system';
import { eventually, TestKubelet } from './testing/test-kubelet';

describe('a node without containers', () => {
  const system = hollowSystem({ memoryBytes: 8 * 2 ** 30, storageBytes: 100 * 2 ** 30 });
  let directory: string;
  let api: TestApi;
  let client: TestClient;
  let runtime: SimulatedRuntime;
  let kubelet: TestKubelet;
  const start = (): Promise<TestKubelet> =>
    new TestKubelet({ client, runtime, directory, cgroupRoot: '/kubepods', system }).start();

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kubelet-simulated-'));
    api = await startTestApi(systemClock);
    client = api.client;
    runtime = new SimulatedRuntime({ clock: systemClock });
    kubelet = await start();
  });

  afterEach(async () => {
    await kubelet.stop();
    await api.stop();
    await rm(directory, { recursive: true });
  });

  it('runs fifty pods to Ready, restarts what ends and forgets what is deleted', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
    const spec = { nodeName: 'n1', terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'i:1' }] };
    await Promise.all(
      names.map((name) => client.create(Kinds.Pod, { metadata: { name, namespace: 'default' }, spec })),
    );
    const ready = (): number =>
      client
        .peekAll(Kinds.Pod)
        .filter(({ status }) => status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')).length;
    await eventually(() => ready() === names.length);

    const [first] = await runtime.listContainers();
    runtime.end(first?.id ?? '', 1);
    await eventually(() =>
      client.peekAll(Kinds.Pod).some(({ status }) => status?.containerStatuses?.[0]?.restartCount === 1),
    );

    await client.deleteCollection(Kinds.Pod, { namespace: 'default' });
    await eventually(() => client.peekAll(Kinds.Pod).length === 0);
    await eventually(async () => (await runtime.listSandboxes()).length === 0);
  });

  it('rejects a pod that does not fit, says so once, and lets it be deleted', async () => {
    const status = (): corev1.PodStatus | undefined => client.peek(Kinds.Pod, 'default/big')?.status;
    await eventually(() => client.peek(Kinds.Node, 'n1')?.status?.allocatable?.['cpu'] !== undefined);
    const resources = { requests: { cpu: '5000' } };
    const containers = [{ name: 'c', image: 'i:1', resources }];
    const metadata = { name: 'big', namespace: 'default' };
    await client.create(Kinds.Pod, { metadata, spec: { nodeName: 'n1', containers } });
    await eventually(() => status()?.phase === 'Failed');
    const message = expect.stringMatching(
      /^Node didn't have enough resource: cpu, requested: 5000000, used: 0, capacity: \d+$/,
    ) as string;
    expect(kubelet.events.filter(({ name }) => name === 'big')).toEqual([
      expect.objectContaining({ type: 'Warning', reason: 'OutOfcpu', message }),
    ]);
    const rejected = status();
    expect(rejected).toMatchObject({ reason: 'OutOfcpu', startTime: expect.any(String) as string });
    expect(rejected?.message).toMatch(/^Pod was rejected: Node didn't have enough resource: cpu/);
    expect(rejected?.containerStatuses).toBeUndefined();
    expect(await runtime.listSandboxes()).toEqual([]);

    await kubelet.stop();
    kubelet = await start();
    await client.patch(Kinds.Pod, metadata, 'merge', { metadata: { labels: { a: 'b' } } });
    await client.delete(Kinds.Pod, metadata, { gracePeriodSeconds: 30 });
    await eventually(() => client.peek(Kinds.Pod, 'default/big') === undefined);
    expect(kubelet.events.filter(({ name }) => name === 'big')).toEqual([]);
  });

  it('has an init container that crashes again wait, shows that, and tells of it once', async () => {
    runtime = new SimulatedRuntime({ clock: systemClock, behaviour: () => ({ exitAfter: 1, exitCode: 1 }) });
    await kubelet.stop();
    kubelet = await start();
    const initContainers = [{ name: 'i', image: 'i:1' }];
    const containers = [{ name: 'c', image: 'i:1' }];
    const metadata = { name: 'crashes', namespace: 'default' };
    await client.create(Kinds.Pod, { metadata, spec: { nodeName: 'n1', initContainers, containers } });
    const init = (): corev1.ContainerStatus | undefined =>
      client.peek(Kinds.Pod, 'default/crashes')?.status?.initContainerStatuses?.[0];
    await eventually(() => init()?.state?.waiting?.reason === 'CrashLoopBackOff');
    expect(init()).toMatchObject({ restartCount: 1, ready: false });
    expect(kubelet.messages('crashes', 'BackOff')).toEqual([
      expect.stringMatching(/^Back-off restarting failed container i in pod crashes_default\(/),
    ]);
  });
});
