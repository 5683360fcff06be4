import type { corev1 } from '@skiff/contracts';

export const deadlineMessage = 'Pod was active on the node longer than the specified deadline';

/** Milliseconds that a pod may still be active, by its own deadline; `firstSeen` stands in for its start time. */
export function deadlineLeft(pod: corev1.Pod, firstSeen: string, now: number): number {
  const limit = pod.spec?.activeDeadlineSeconds;
  if (limit === undefined) return Infinity;
  return Date.parse(pod.status?.startTime ?? firstSeen) + limit * 1000 - now;
}
