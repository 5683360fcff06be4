import type { batchv1, corev1 } from '@skiff/contracts';
import { isPodActive } from '../shared/pods';
import { delayAfter } from './backoff';
import { judgeFailure } from './pod-failure-policy';
import { finishTime, indexOf, isFailed } from './pods';

/** Annotation with how often an index has failed, without failures that the job's policy ignores. */
const failureCount = 'batch.kubernetes.io/job-index-failure-count';
const ignoredFailureCount = 'batch.kubernetes.io/job-index-ignored-failure-count';

const mostCount = 2 ** 31 - 1;

/** Whether each index of a job has a back-off limit of its own. */
export function limitsIndexes(job: batchv1.Job): boolean {
  return job.spec?.backoffLimitPerIndex !== undefined;
}

function countIn(pod: corev1.Pod, annotation: string): number {
  const text = pod.metadata?.annotations?.[annotation] ?? '';
  return /^\d+$/.test(text) && Number(text) <= mostCount ? Number(text) : 0;
}

const failuresOf = (pod: corev1.Pod): number => countIn(pod, failureCount) + countIn(pod, ignoredFailureCount);

/** What a new pod of such a job is told of the failures of its index before. As addIndexFailureCountAnnotation. */
export function failureAnnotations(job: batchv1.Job, replaced: corev1.Pod | undefined): { [key: string]: string } {
  if (!replaced) return { [failureCount]: '0' };
  const isIgnored = judgeFailure(job.spec?.podFailurePolicy, replaced).action === 'Ignore';
  const ignored = countIn(replaced, ignoredFailureCount) + (isIgnored ? 1 : 0);
  return {
    [failureCount]: String(countIn(replaced, failureCount) + (isIgnored ? 0 : 1)),
    ...(ignored > 0 && { [ignoredFailureCount]: String(ignored) }),
  };
}

/** Whether a pod's failure is the last one that its index may have. As isIndexFailed. */
export function failsIndex(job: batchv1.Job, pod: corev1.Pod): boolean {
  if (!limitsIndexes(job) || !isFailed(job, pod)) return false;
  const { action } = judgeFailure(job.spec?.podFailurePolicy, pod);
  if (action === 'FailIndex') return true;
  return action !== 'Ignore' && countIn(pod, failureCount) >= (job.spec?.backoffLimitPerIndex ?? 0);
}

/**
 * The failed pod of each index that waits for another try. It stays until the next pod is there, which
 * takes over its count of failures. As getPodsWithDelayedDeletionPerIndex.
 */
export function lastFailures(
  job: batchv1.Job,
  pods: readonly corev1.Pod[],
  isHeld: (pod: corev1.Pod) => boolean,
  over: ReadonlySet<number>,
): Map<number, corev1.Pod> {
  const last = new Map<number, corev1.Pod>();
  if (!limitsIndexes(job)) return last;
  const completions = job.spec?.completions ?? 0;
  const active = new Set(pods.filter(isPodActive).map((pod) => indexOf(pod, completions)));
  for (const pod of pods) {
    const index = indexOf(pod, completions);
    if (index === undefined || over.has(index) || active.has(index) || !isHeld(pod) || !isFailed(job, pod)) continue;
    const known = last.get(index);
    if (!known || (failuresOf(known) <= failuresOf(pod) && finishTime(known) <= finishTime(pod))) last.set(index, pod);
  }
  return last;
}

/** Milliseconds until an index may have another pod after this one failed; 0 for none. */
export function remainingIndexBackoff(failed: corev1.Pod | undefined, now: number): number {
  if (!failed) return 0;
  return Math.max(0, finishTime(failed) + delayAfter(failuresOf(failed) + 1) - now);
}
