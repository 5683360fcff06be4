import type { criv1 } from '@skiff/contracts';
import { RuntimeAnnotations, RuntimeLabels } from './labels';
import type { RuntimeContainerStatus, SandboxStatus } from './types';

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
