import type { corev1 } from '@skiff/contracts';
import type { NodeContext } from './node-context';
import type { PodRuntimeView } from './runtime-view';

/** What the parts that work on one pod share. */
export interface PodCore {
  readonly context: NodeContext;
  readonly view: PodRuntimeView;
  /** The pod as it is wanted now. */
  pod(): corev1.Pod;
  /** Whether the pod is being deleted or has been ended: nothing of it is to start. */
  isGoing(): boolean;
  /** Computes the status anew and has it written if it changed. */
  publish(): void;
  /** Looks at the pod again now. */
  poke(): void;
  /** Looks at the pod again in that many milliseconds, or earlier. */
  wakeAfter(milliseconds: number): void;
  /** Reads what ended containers left behind, once each. */
  readMessages(): Promise<void>;
  /** Probes running containers from now on. */
  watchProbes(): void;
}

/** The grace period that the spec gives, in seconds. */
export function specGraceSeconds(pod: corev1.Pod): number {
  return pod.spec?.terminationGracePeriodSeconds ?? 30;
}

/** The first address of a pod. */
export function podIp(core: PodCore): string {
  const ips = core.pod().spec?.hostNetwork === true ? core.context.nodeIps : core.view.state.sandboxes[0]?.ips;
  return ips?.[0] ?? '';
}
