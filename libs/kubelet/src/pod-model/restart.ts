import type { corev1 } from '@skiff/contracts';
import { RuntimeAnnotations } from '../runtime/labels';
import type { RuntimeContainerStatus } from '../runtime/container-service';
import { isDeleting, isSidecar, type SpecContainer } from './pod';

/** Whether a container that is not running should run again, by the pod's restart policy. */
export function shouldRestart(
  pod: corev1.Pod,
  { kind, container }: SpecContainer,
  status: RuntimeContainerStatus | undefined,
): boolean {
  if (isDeleting(pod)) return false;
  if (status === undefined || status.phase === 'created' || status.phase === 'unknown') return true;
  if (status.phase === 'running') return false;
  if (kind === 'ephemeral') return false;
  if (kind === 'init' && isSidecar(container)) return true;
  const policy = container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always';
  if (policy === 'Never') return false;
  return policy === 'OnFailure' || kind === 'init' ? status.exitCode !== 0 : true;
}

/** The count that the kubelet wrote on the container when it made it. */
export function restartCount(container: RuntimeContainerStatus): number {
  return Number(container.annotations[RuntimeAnnotations.restartCount] ?? container.attempt);
}
