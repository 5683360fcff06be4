import type { corev1 } from '@skiff/contracts';

/** A condition of a pod by its type. */
export function podCondition(pod: corev1.Pod, type: string): corev1.PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

export function isPodReady(pod: corev1.Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True';
}

/** Whether a pod will run no more. */
export function isPodTerminal(pod: corev1.Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Whether a pod is being deleted. */
export function isDeleting(object: { metadata?: { deletionTimestamp?: string | undefined } | undefined }): boolean {
  return object.metadata?.deletionTimestamp !== undefined;
}

/** Whether a pod counts as a replica: it has not ended and is not being deleted. */
export function isPodActive(pod: corev1.Pod): boolean {
  return !isPodTerminal(pod) && !isDeleting(pod);
}

/** Milliseconds since the epoch of an API time; 0 when absent. */
export function timeOf(time: string | null | undefined): number {
  return time === undefined || time === null ? 0 : Date.parse(time);
}

/** When a ready pod becomes available (milliseconds since the epoch); undefined when it is not ready. */
export function availableFrom(pod: corev1.Pod, minReadySeconds: number): number | undefined {
  const ready = podCondition(pod, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  const since = timeOf(ready.lastTransitionTime);
  return since === 0 ? undefined : since + minReadySeconds * 1000;
}

export function isPodAvailable(pod: corev1.Pod, minReadySeconds: number, now: number): boolean {
  const from = availableFrom(pod, minReadySeconds);
  return from !== undefined && from <= now;
}

/** Milliseconds until the next ready pod becomes available, if one waits for its `minReadySeconds`. */
export function untilAvailable(
  pods: readonly corev1.Pod[],
  minReadySeconds: number | undefined,
  now: number,
): number | undefined {
  const waits = pods.map((pod) => (availableFrom(pod, minReadySeconds ?? 0) ?? 0) - now).filter((wait) => wait > 0);
  return waits.length === 0 ? undefined : Math.min(...waits);
}
