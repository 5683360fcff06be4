import type { Clock } from '@skiff/platform';
import type { ClusterState } from '../snapshot/cluster-state';
import type { PodInfo } from '../snapshot/pod-info';

/** Five minutes: far longer than the API server's events take. */
const lifetimeMilliseconds = 300_000;

/** Pods that the scheduler has placed and whose binding has not come back as an event yet. */
export class AssumedPods {
  /** When each expires; infinitely late while its binding is under way. */
  private readonly deadlines = new Map<string, { uid: string; at: number }>();

  constructor(
    private readonly state: ClusterState,
    private readonly clock: Clock,
  ) {}

  has(pod: PodInfo): boolean {
    return this.deadlines.get(pod.key)?.uid === pod.uid;
  }

  /** Counts the pod on the node from now on. */
  assume(pod: PodInfo, node: string): void {
    this.state.addPod(pod, node);
    this.deadlines.set(pod.key, { uid: pod.uid, at: Infinity });
  }

  /** The binding was accepted: its event has to come. */
  finish(key: string): void {
    const deadline = this.deadlines.get(key);
    if (deadline) deadline.at = this.clock.now() + lifetimeMilliseconds;
  }

  /** The event has come. */
  confirm(key: string): void {
    this.deadlines.delete(key);
  }

  /** The binding failed. */
  forget(key: string): void {
    if (this.deadlines.delete(key)) this.state.removePod(key);
  }

  /** Forgets those that were never confirmed; returns their keys. */
  expire(): string[] {
    const now = this.clock.now();
    const expired = [...this.deadlines].filter(([, { at }]) => at <= now).map(([key]) => key);
    for (const key of expired) this.forget(key);
    return expired;
  }
}
