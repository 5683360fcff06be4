import type { corev1 } from '@skiff/contracts';
import { isTerminalPhase } from '../pod-model/pod';
import type { PodRuntimeState } from '../pod-model/state';
import { isEcho, mergeStatus } from './status/merge-status';
import type { StatusSink } from './status/writer';

/** A pod as it is wanted now, with the newest status that is known of it, be that the kubelet's own. */
export class KnownPod {
  private published: corev1.PodStatus | undefined;

  constructor(
    private current: corev1.Pod,
    private readonly statuses: Pick<StatusSink, 'publish'>,
  ) {}

  get pod(): corev1.Pod {
    return this.current;
  }

  get hasPublished(): boolean {
    return this.published !== undefined;
  }

  /** Takes what the API has now; false if it is but the echo of the kubelet's own status, and no reason to act. */
  update(pod: corev1.Pod): boolean {
    const before = this.current;
    this.current = { ...pod, status: mergeStatus(this.published, pod.status) };
    return !isEcho(before, pod, this.published);
  }

  /** Has a status written if it changed. */
  publish(status: corev1.PodStatus): void {
    this.statuses.publish(this.current, status);
    this.published = status;
    this.current = { ...this.current, status: mergeStatus(status, this.current.status) };
  }

  /** Ended before any of it was made, as a pod that was rejected: there is nothing to add to what is said of it. */
  neverRan({ containers, sandboxes }: PodRuntimeState): boolean {
    const { phase, containerStatuses } = this.current.status ?? {};
    const hasNothing = !containerStatuses?.length && containers.length + sandboxes.length === 0;
    return !this.hasPublished && isTerminalPhase(phase) && hasNothing;
  }
}
