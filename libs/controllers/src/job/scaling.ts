import type { batchv1, corev1 } from '@skiff/contracts';
import { isDeleting, isPodActive, isPodTerminal, timeOf } from '../shared/pods';
import { rankForDeletion } from '../shared/pod-ranking';
import type { Account } from './pod-accounting';
import { remainingBackoff } from './backoff';
import { limitsIndexes, remainingIndexBackoff } from './index-failures';
import { pendingIndexes } from './indexes';
import { indexOf, isIndexed, replacesOnlyFailed } from './pods';
import type { JobState } from './state';

/** At most this many pods are created in one reconcile. */
const maxCreations = 500;

/** A pod to create: for which index, and after which pod of the same index failed. */
export interface Creation {
  readonly index?: number;
  readonly replaced?: corev1.Pod;
}

/** Pods to create and to delete, or how long to wait before (milliseconds). */
export interface Scaling {
  readonly create: readonly Creation[];
  readonly remove: readonly corev1.Pod[];
  readonly requeueAfter?: number;
}

function wantedActive({ spec }: batchv1.Job, succeeded: number, active: number): number {
  if (spec?.suspend) return 0;
  const parallelism = spec?.parallelism ?? 1;
  if (spec?.completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(parallelism, spec.completions - succeeded));
}

/** Indexed pods that must not run: without a valid index, for one that is done, or a second one for the same. */
function superfluous(active: readonly corev1.Pod[], done: ReadonlySet<number>, completions: number): corev1.Pod[] {
  const seen = new Set<number>();
  return [...active]
    .sort((left, right) => timeOf(left.metadata?.creationTimestamp) - timeOf(right.metadata?.creationTimestamp))
    .filter((pod) => {
      const index = indexOf(pod, completions);
      if (index === undefined || done.has(index) || seen.has(index)) return true;
      seen.add(index);
      return false;
    });
}

const isTerminating = (pod: corev1.Pod): boolean => isDeleting(pod) && !isPodTerminal(pod);

/** The lowest indexes that want a pod, of which those whose back-off is over get one. */
function createIndexed(state: JobState, account: Account, useful: readonly corev1.Pod[], missing: number): Scaling {
  const { job, pods, now } = state;
  const completions = job.spec?.completions ?? 0;
  const taken = new Set([...account.indexes, ...account.failedIndexes]);
  // Where only failed pods are replaced, an index whose pod has not ended yet is not free.
  const busy = replacesOnlyFailed(job) ? [...useful, ...pods.filter(isTerminating)] : useful;
  for (const pod of busy) taken.add(indexOf(pod, completions) ?? -1);
  const wanted = pendingIndexes(taken, missing, completions).map((index) => {
    const replaced = account.retried.get(index);
    return { creation: { index, ...(replaced && { replaced }) }, wait: remainingIndexBackoff(replaced, now) };
  });
  const create = wanted.filter(({ wait }) => wait === 0).map(({ creation }) => creation);
  if (create.length > 0 || wanted.length === 0) return { create, remove: [] };
  return { create, remove: [], requeueAfter: Math.min(...wanted.map(({ wait }) => wait)) };
}

/** How a job that goes on is brought to the number of pods that it wants. As manageJob. */
export function planPods(state: JobState, account: Account, succeeded: number): Scaling {
  const { job, pods, now } = state;
  const active = pods.filter(isPodActive);
  const completions = job.spec?.completions ?? Infinity;
  const extra = isIndexed(job) ? superfluous(active, account.indexes, completions) : [];
  const useful = active.filter((pod) => !extra.includes(pod));
  const wanted = wantedActive(job, succeeded, active.length);
  if (useful.length > wanted) {
    const surplus = rankForDeletion(useful, new Map(), now).slice(0, useful.length - wanted);
    return { create: [], remove: [...extra, ...surplus] };
  }
  const terminating = replacesOnlyFailed(job) ? pods.filter(isTerminating).length : 0;
  const missing = Math.min(maxCreations, wanted - useful.length - terminating);
  if (missing <= 0) return { create: [], remove: extra };
  const requeueAfter = limitsIndexes(job) ? 0 : remainingBackoff(job, pods, now);
  if (requeueAfter > 0) return { create: [], remove: extra, requeueAfter };
  if (isIndexed(job)) return { ...createIndexed(state, account, useful, missing), remove: extra };
  return { create: Array.from({ length: missing }, () => ({})), remove: extra };
}
