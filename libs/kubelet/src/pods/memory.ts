import type { BackOff } from '../pod-model/backoff';
import type { StartFailure } from '../pod-model/start-error';

/** Why the node ended a pod by itself, such as DeadlineExceeded. */
export interface PodEnd {
  readonly reason: string;
  readonly message: string;
}

/** What the kubelet has learned of one pod by its own acts, which neither the API nor the runtime says. */
export interface PodMemory {
  /** When the kubelet first saw the pod, as RFC 3339 has it. */
  readonly startTime: string;
  /** The node takes the pod. */
  admitted: boolean;
  /** The pod's object is gone from the API. */
  deleted: boolean;
  ended: PodEnd | undefined;
  /** Names of the containers that are being started. */
  readonly starting: Set<string>;
  /** Why containers do not start, by name. */
  readonly failures: Map<string, StartFailure>;
  /** When a start that failed may be tried again, by name of the container; of the monotonic clock. */
  readonly retries: Map<string, number>;
  /** Ids of containers that were ended so that they start anew, whatever they ended with. */
  readonly restarting: Set<string>;
  /** Ids of sandboxes that are stopped for sure, and so hold nothing. */
  readonly stopped: Set<string>;
  /** How long containers that crash wait, by `<uid>_<name>`; of all pods of the node. */
  readonly crashBackOff: BackOff;
}

export function newMemory(known: Pick<PodMemory, 'startTime' | 'admitted' | 'crashBackOff'>): PodMemory {
  return {
    ...known,
    deleted: false,
    ended: undefined,
    starting: new Set(),
    failures: new Map(),
    retries: new Map(),
    restarting: new Set(),
    stopped: new Set(),
  };
}
