import type { corev1 } from '@skiff/contracts';
import {
  architecture,
  cpuCount,
  memoryBytes,
  systemInfo,
  type ContainerRuntime,
  type Machine,
  type NodeFacts,
  type RuntimeVersion,
} from '@skiff/kubelet';
import { isOutage } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import type { KubeletConfig } from './config';

interface NodeParts {
  readonly runtime: Pick<ContainerRuntime, 'version'>;
  readonly machine: Pick<Machine, 'storage'>;
  readonly clock: Clock;
}

/** What the node is, as the settings and the machine say, once its container runtime answers. */
export async function measureNode(
  config: KubeletConfig,
  name: string,
  { runtime, machine, clock }: NodeParts,
  signal: AbortSignal,
): Promise<NodeFacts> {
  const version = await runtimeVersion(runtime, clock, signal);
  const labels = Object.fromEntries(
    config.nodeLabels.map((label) => [label.split('=')[0] ?? label, label.split('=').slice(1).join('=')]),
  );
  return {
    name,
    ips: config.nodeIp,
    labels,
    taints: config.registerWithTaints.map(parseTaint),
    port: config.port,
    cpuCount: cpuCount(),
    memoryBytes: memoryBytes(),
    storageBytes: (await machine.storage(config.rootDir)).bytes,
    maxPods: config.maxPods,
    architecture: architecture(),
    system: await systemInfo(version),
  };
}

/** Waits for the container runtime, which may be starting at the same time. */
async function runtimeVersion(
  runtime: Pick<ContainerRuntime, 'version'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<RuntimeVersion> {
  for (;;) {
    try {
      return await runtime.version();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await clock.sleep(100, signal);
    }
  }
}

function parseTaint(text: string): corev1.Taint {
  const [rest = '', effect = 'NoSchedule'] = text.split(':');
  const [key = '', value = ''] = rest.split('=');
  return { key, effect, ...(value === '' ? {} : { value }) };
}
