import type { QueuedPod } from '../framework/plugin';
import type { PodInfo } from '../snapshot/pod-info';

/** Where a pod of the queue is. */
export type Pool = 'active' | 'backoff' | 'unschedulable' | 'gated';

/** A pod in the queue, with its history. */
export interface Entry extends QueuedPod {
  info: PodInfo;
  timestamp: number;
  pool: Pool;
  attempts: number;
  readonly firstSeen: number;
  backoffUntil: number;
  /** Plugins that refused the pod the last time. */
  plugins: ReadonlySet<string>;
}

/** The entry of a pod that is new. `now` is in milliseconds since the epoch. */
export function newEntry(info: PodInfo, now: number): Entry {
  return {
    info,
    timestamp: now,
    pool: 'active',
    attempts: 0,
    firstSeen: now,
    backoffUntil: 0,
    plugins: new Set(),
  };
}

/** Whether a change of a pod may be why it fits now. */
export function specChanged(old: PodInfo, now: PodInfo): boolean {
  return (
    JSON.stringify(old.pod.spec) !== JSON.stringify(now.pod.spec) ||
    JSON.stringify(old.labels) !== JSON.stringify(now.labels)
  );
}
