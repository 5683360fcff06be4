import type { criv1 } from '@skiff/contracts';
import type { Random } from '@skiff/platform';
import { RuntimeAnnotations, RuntimeLabels } from './labels';
import type { RuntimeContainerStatus } from './container-service';
import type { SandboxStatus } from './sandbox-service';

/** The id of what `purpose` names: 32 bytes in hexadecimal, as containerd's. */
export function newId(random: Random, purpose: string): string {
  const word = (): string => Math.floor(random(purpose) * 2 ** 32).toString(16);
  return Array.from({ length: 8 }, () => word().padStart(8, '0')).join('');
}

/** What a runtime shows of a sandbox that has just been made. */
export function newSandbox(
  id: string,
  { annotations, labels, metadata }: criv1.PodSandboxConfig,
  { createdAt, ip }: { readonly createdAt: number; readonly ip: string },
): SandboxStatus {
  const { name = '', namespace = '', uid = '', attempt = 0 } = metadata ?? {};
  return {
    id,
    podUid: uid,
    podName: name,
    podNamespace: namespace,
    attempt,
    ready: true,
    createdAt,
    labels,
    annotations,
    ips: [ip],
  };
}

/** What a runtime shows of a container that has been made and not started. */
export function newContainer(
  id: string,
  { annotations, image, labels, metadata }: criv1.ContainerConfig,
  { createdAt, sandboxId }: { readonly createdAt: number; readonly sandboxId: string },
): RuntimeContainerStatus {
  return {
    id,
    sandboxId,
    podUid: labels[RuntimeLabels.podUid] ?? '',
    name: metadata?.name ?? '',
    attempt: Number(annotations[RuntimeAnnotations.restartCount] ?? 0),
    phase: 'created',
    createdAt,
    labels,
    annotations,
    image: image?.userSpecifiedImage ?? '',
    imageRef: image?.image ?? '',
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    logPath: '',
  };
}
