import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { corev1, skiffnodev1 } from '@skiff/contracts';
import { missingForContainerd, testImage } from '../testing/test-containerd';
import { eventually } from '../testing/test-kubelet';
import { hostPod, TestNode } from '../testing/test-node';

const missing = missingForContainerd();
const withContainers = missing === undefined ? describe : describe.skip;
const sh = (script: string): string[] => ['sh', '-c', script];
const run = sh('echo "run of $(cat /v/runs | busybox wc -l)"; trap "exit 0" TERM; while true; do sleep 0.1; done');

withContainers(`a pod whose sandbox is gone${missing === undefined ? '' : ` (this machine lacks ${missing})`}`, () => {
  let node: TestNode;

  beforeAll(async () => {
    node = await TestNode.start(`/kubelet-sandbox-gone-${process.pid}`);
  }, 30_000);

  afterAll(() => node.stop(), 30_000);

  /** Init containers that note each run of the pod, and a main one that tells which it is of. */
  function counted(name: string): corev1.Pod {
    const volumeMounts = [{ name: 'v', mountPath: '/v' }];
    const initContainers: corev1.Container[] = [
      { name: 'i1', image: testImage, command: sh('echo run >> /v/runs'), volumeMounts },
      { name: 'i2', image: testImage, command: ['true'] },
    ];
    const spec = { initContainers, volumes: [{ name: 'v', emptyDir: {} }] };
    return hostPod(name, [{ name: 'c', command: run, volumeMounts }], spec);
  }

  const sandboxes = (name: string): ReturnType<typeof node.containerd.runtime.listSandboxes> =>
    node.containerd.runtime.listSandboxes(node.get(name)?.metadata?.uid);

  async function endSandbox(name: string): Promise<void> {
    const up = (await sandboxes(name)).filter(({ ready }) => ready);
    for (const { id } of up) await node.containerd.killSandbox(id);
  }

  const counts = (name: string): (number | undefined)[] =>
    [...(node.status(name).initContainerStatuses ?? []), ...(node.status(name).containerStatuses ?? [])].map(
      ({ restartCount }) => restartCount,
    );

  async function previousLog(name: string): Promise<string> {
    const container = { podNamespace: 'default', podName: name, container: 'c' };
    const call = node.kubelet.node.logs({ container, options: { previous: true } });
    const chunks: Buffer[] = [];
    for await (const response of call) chunks.push((response as skiffnodev1.LogsResponse).data ?? Buffer.alloc(0));
    return Buffer.concat(chunks).toString('utf8');
  }

  const logFiles = (name: string): Promise<string[]> => {
    const uid = node.get(name)?.metadata?.uid ?? '';
    return readdir(join(node.containerd.directory, 'kubelet/logs', `default_${name}_${uid}`, 'c'));
  };

  it('counts a restart of each container, keeps its last state and its last log, and no more than that', async () => {
    await node.create(counted('again'));
    await eventually(() => node.isReady('again'));
    for (const restarts of [1, 2, 3]) {
      // What restarts too often waits, which is not what is asked here.
      node.kubelet.kubelet.crashBackOff.forgetPrefix('');
      await endSandbox('again');
      await eventually(() => node.only('again')?.restartCount === restarts && node.isReady('again'));
      expect(counts('again')).toEqual([restarts, restarts, restarts]);
      expect(node.only('again')?.lastState?.terminated?.exitCode).toBeDefined();
      await eventually(async () => (await node.logs('again')) === `run of ${restarts + 1}\n`);
      expect(await previousLog('again')).toBe(`run of ${restarts}\n`);
    }
    expect((await logFiles('again')).sort()).toEqual(['0.log', '1.log', '2.log', '3.log']);
    await eventually(async () => (await sandboxes('again')).length === 2);
    await node.remove('again');
  });

  it('counts on where the runtime has forgotten all of it, and says that nobody saw its end', async () => {
    await node.create(counted('forgotten'));
    await eventually(() => node.isReady('forgotten'));
    await node.restartKubelet(async () => {
      for (const { id } of await sandboxes('forgotten')) {
        await node.containerd.runtime.stopSandbox(id);
        await node.containerd.runtime.removeSandbox(id);
      }
    });
    await eventually(() => node.only('forgotten')?.restartCount === 1 && node.isReady('forgotten'));
    expect(counts('forgotten')).toEqual([1, 1, 1]);
    expect((await logFiles('forgotten')).sort()).toEqual(['0.log', '1.log']);
    await node.remove('forgotten');
  });
});
