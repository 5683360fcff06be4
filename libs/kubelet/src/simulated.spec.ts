import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kinds } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import { SimulatedRuntime } from './runtime/simulated-runtime';
import { unmountBelow } from './volumes/mounts';
import { eventually, TestKubelet, TokenClient } from './testing/test-kubelet';

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('a node without containers', () => {
  it('runs fifty pods to Ready, restarts what ends and forgets what is deleted', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kubelet-simulated-'));
    const cgroupRoot = `/kubelet-simulated-${process.pid}`;
    const client = new TokenClient(systemClock);
    const runtime = new SimulatedRuntime({ clock: systemClock });
    const kubelet = await new TestKubelet(client, runtime, directory, cgroupRoot).start();
    try {
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
      while ((await runtime.listSandboxes()).length > 0) await systemClock.sleep(20);
    } finally {
      await kubelet.stop();
      await kubelet.kubelet.context.cgroups.remove(cgroupRoot);
      await unmountBelow(directory);
      await rm(directory, { recursive: true });
    }
  });
});
