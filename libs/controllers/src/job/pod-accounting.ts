import type { batchv1, corev1 } from '@skiff/contracts';
import { isDeleting } from '../shared/pods';
import { isTrue } from './conditions';
import { failsIndex, lastFailures, limitsIndexes } from './index-failures';
import { parseIndexes } from './indexes';
import { judgeFailure, type FailureVerdict } from './pod-failure-policy';
import { indexOf, isFailed, isIndexed } from './pods';
import type { JobState } from './state';

/** At most this many pods are counted at a time, so that their uids do not fill the status. */
const mostUncounted = 500;

/** What has become of a job's pods. */
export interface Account {
  /** Uids of pods that ended and whose finalizer is still to go. */
  readonly succeeded: string[];
  readonly failed: string[];
  /** Completion indexes that are done. */
  readonly indexes: Set<number>;
  /** Completion indexes that may not be tried again. */
  readonly failedIndexes: Set<number>;
  /** The failed pod of each index that is to be tried again. */
  readonly retried: ReadonlyMap<number, corev1.Pod>;
  /** Pods to be let go. */
  readonly release: corev1.Pod[];
  readonly succeededBefore: number;
  readonly failedBefore: number;
  /** How many of those count as failures of the job. */
  readonly retriedFailures: number;
  /** Why the job fails by its pod failure policy. */
  readonly failJob: string | undefined;
}

const isEnding = ({ status }: batchv1.Job): boolean =>
  isTrue(status?.conditions, 'FailureTarget') || isTrue(status?.conditions, 'SuccessCriteriaMet');

function openAccount({ job, pods, isHeld }: JobState, completions: number): Account {
  const held = pods.filter(isHeld);
  const uids = new Set(held.map((pod) => pod.metadata?.uid ?? ''));
  const { status = {} } = job;
  const uncounted = { succeeded: [], failed: [], ...status.uncountedTerminatedPods };
  const still = (of: readonly string[] | null | undefined): string[] => (of ?? []).filter((uid) => uids.has(uid));
  const [succeeded, failed] = [still(uncounted.succeeded), still(uncounted.failed)];
  const indexes = isIndexed(job) ? parseIndexes(status.completedIndexes, completions) : new Set<number>();
  const failedIndexes = limitsIndexes(job) ? parseIndexes(status.failedIndexes, completions) : new Set<number>();
  for (const pod of held) {
    const index = indexOf(pod, completions);
    if (index === undefined || !isIndexed(job)) continue;
    if (pod.status?.phase === 'Succeeded') indexes.add(index);
    // Pods that the job's own end stops leave their indexes undecided.
    else if (failsIndex(job, pod) && (!isEnding(job) || pod.status?.phase === 'Failed')) failedIndexes.add(index);
  }
  const retried = lastFailures(job, pods, isHeld, new Set([...indexes, ...failedIndexes]));
  const verdictOn = (pod: corev1.Pod): FailureVerdict => judgeFailure(job.spec?.podFailurePolicy, pod);
  const failJob = held
    .filter((pod) => isFailed(job, pod))
    .map(verdictOn)
    .find(({ action }) => action === 'FailJob');
  return {
    ...{ succeeded, failed, indexes, failedIndexes, retried },
    retriedFailures: [...retried.values()].filter((pod) => verdictOn(pod).action !== 'Ignore').length,
    release: [],
    succeededBefore: (status.succeeded ?? 0) + (uncounted.succeeded?.length ?? 0) - succeeded.length,
    failedBefore: (status.failed ?? 0) + (uncounted.failed?.length ?? 0) - failed.length,
    failJob: failJob?.message,
  };
}

/** Counts a failure, unless the job's policy ignores it or it is that of a pod without a valid index. */
function countFailure({ job }: JobState, pod: corev1.Pod, completions: number, account: Account): void {
  const uid = pod.metadata?.uid ?? '';
  if (judgeFailure(job.spec?.podFailurePolicy, pod).action === 'Ignore' || account.failed.includes(uid)) return;
  if (!isIndexed(job) || indexOf(pod, completions) !== undefined) account.failed.push(uid);
}

/** Pods that ended since the last time, and those whose finalizer is gone so that they count for good. */
export function takeAccount(state: JobState, completions: number): Account {
  const { job, pods, isHeld } = state;
  const account = openAccount(state, completions);
  const retried = new Set(account.retried.values());
  for (const pod of pods.filter(isHeld)) {
    if (account.succeeded.length + account.failed.length >= mostUncounted) break;
    if (pod.status?.phase === 'Succeeded') {
      account.release.push(pod);
      const uid = pod.metadata?.uid ?? '';
      if (!isIndexed(job) && !account.succeeded.includes(uid)) account.succeeded.push(uid);
    } else if (isFailed(job, pod)) {
      if (retried.has(pod) && !isDeleting(job)) continue;
      account.release.push(pod);
      countFailure(state, pod, completions, account);
    } else if (isDeleting(job)) account.release.push(pod);
  }
  return account;
}

/** Once a job has come to its end, no failed pod waits for another try of its index. */
export function closeAccount(state: JobState, completions: number, account: Account): void {
  for (const pod of account.retried.values()) {
    if (account.release.includes(pod)) continue;
    account.release.push(pod);
    countFailure(state, pod, completions, account);
  }
}
