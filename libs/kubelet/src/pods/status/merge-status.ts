import { isDeepStrictEqual } from 'node:util';
import type { corev1 } from '@skiff/contracts';

/**
 * The pod's status as it stands: the kubelet's own part may be newer than its
 * echo from the API; what others write there counts as it comes.
 */
export function mergeStatus(
  own: corev1.PodStatus | undefined,
  incoming: corev1.PodStatus | undefined,
): corev1.PodStatus {
  if (own === undefined) return incoming ?? {};
  return { ...incoming, ...own, conditions: [...foreign(own, incoming), ...(own.conditions ?? [])] };
}

/** Whether an update of a pod's object changed nothing that the kubelet acts on, as that of its status does. */
export function isEcho(before: corev1.Pod, after: corev1.Pod, own: corev1.PodStatus | undefined): boolean {
  const [old, now] = [before.metadata, after.metadata];
  return (
    now?.generation !== undefined &&
    old?.generation === now.generation &&
    old.deletionTimestamp === now.deletionTimestamp &&
    old.deletionGracePeriodSeconds === now.deletionGracePeriodSeconds &&
    isDeepStrictEqual(before.spec, after.spec) &&
    isDeepStrictEqual(old.labels, now.labels) &&
    isDeepStrictEqual(old.annotations, now.annotations) &&
    isDeepStrictEqual(foreign(own, before.status), foreign(own, after.status))
  );
}

/** Conditions that others own. */
function foreign(own: corev1.PodStatus | undefined, status: corev1.PodStatus | undefined): corev1.PodCondition[] {
  const mine = new Set((own?.conditions ?? []).map(({ type }) => type));
  return (status?.conditions ?? []).filter(({ type }) => !mine.has(type));
}
