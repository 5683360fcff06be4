import type { corev1 } from '@skiff/contracts';
import type { RuntimeContainerStatus } from '../runtime/container-service';
import type { SandboxStatus } from '../runtime/sandbox-service';

/** What the runtime has of one pod now. */
export interface PodRuntimeState {
  /** Newest first. */
  readonly sandboxes: readonly SandboxStatus[];
  /** All attempts of all containers, newest first. */
  readonly containers: readonly RuntimeContainerStatus[];
}

export const emptyState: PodRuntimeState = { sandboxes: [], containers: [] };

/** The newest attempt of a container. */
export function latest(state: PodRuntimeState, name: string | undefined): RuntimeContainerStatus | undefined {
  return state.containers.find((container) => container.name === name);
}

/** The attempt before the newest. */
export function previous(state: PodRuntimeState, name: string | undefined): RuntimeContainerStatus | undefined {
  return state.containers.filter((container) => container.name === name)[1];
}

export function runningContainers(state: PodRuntimeState): RuntimeContainerStatus[] {
  return state.containers.filter((container) => container.phase === 'running' || container.phase === 'unknown');
}

/** The sandbox that containers can be started in. */
export function readySandbox(state: PodRuntimeState, hostNetwork: boolean): SandboxStatus | undefined {
  const newest = state.sandboxes[0];
  if (newest === undefined || !newest.ready) return undefined;
  return hostNetwork || newest.ips.length > 0 ? newest : undefined;
}

/** The addresses of a pod: its node's on the network of that, else those of its newest sandbox. */
export function podIpsOf(pod: corev1.Pod, state: PodRuntimeState, hostIps: readonly string[]): readonly string[] {
  return pod.spec?.hostNetwork === true ? hostIps : (state.sandboxes[0]?.ips ?? []);
}
