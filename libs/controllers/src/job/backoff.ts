import type { batchv1, corev1 } from '@skiff/contracts';
import { finishTime, isFailed } from './pods';

/** Wait after the first failure, doubled with each further one. Milliseconds. */
const baseDelay = 10_000;
const maxDelay = 10 * 60_000;

/** The wait after so many failures in a row. Milliseconds. */
export function delayAfter(failures: number): number {
  return Math.min(maxDelay, baseDelay * 2 ** (failures - 1));
}

/**
 * Milliseconds for which no pod may be created because the latest ones failed, 0 for
 * none. Failures before the last success do not count. Computed from the pods that
 * still exist, so that it needs no memory.
 */
export function remainingBackoff(job: batchv1.Job, pods: readonly corev1.Pod[], now: number): number {
  const lastSuccess = Math.max(0, ...pods.filter((pod) => pod.status?.phase === 'Succeeded').map(finishTime));
  const failures = pods
    .filter((pod) => isFailed(job, pod))
    .map(finishTime)
    .filter((time) => time >= lastSuccess);
  if (failures.length === 0) return 0;
  return Math.max(0, Math.max(...failures) + delayAfter(failures.length) - now);
}

/** Whether restarts within pods that restart on failure exceed the job's limit. */
export function restartsExceedLimit(job: batchv1.Job, pods: readonly corev1.Pod[]): boolean {
  if (job.spec?.template?.spec?.restartPolicy !== 'OnFailure') return false;
  const restarts = pods
    .filter((pod) => pod.status?.phase === 'Running' || pod.status?.phase === 'Pending')
    .flatMap((pod) => [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])])
    .reduce((sum, status) => sum + (status.restartCount ?? 0), 0);
  const limit = job.spec.backoffLimit ?? 0;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}
