import type { corev1 } from '@skiff/contracts';
import { isPodReady, podCondition, timeOf } from './pods';

/** Annotation with an integer; pods with a lower one are deleted first. Default 0. */
export const podDeletionCost = 'controller.kubernetes.io/pod-deletion-cost';

const phaseOrder: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

function deletionCost(pod: corev1.Pod): number {
  const text = pod.metadata?.annotations?.[podDeletionCost] ?? '0';
  return /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

function restarts(pod: corev1.Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount ?? 0));
}

function readySince(pod: corev1.Pod): number {
  return timeOf(podCondition(pod, 'Ready')?.lastTransitionTime);
}

/** Ages are compared by their order of magnitude, so that which of many old pods goes is a matter of chance. */
function magnitude(time: number, now: number): number {
  const age = now - time;
  return age <= 0 ? -1 : Math.floor(Math.log2(age * 1e6));
}

function compareAge(left: number, right: number, pods: readonly [corev1.Pod, corev1.Pod], now: number): number {
  if (left === 0 || right === 0) return left === 0 ? -1 : 1;
  const difference = magnitude(left, now) - magnitude(right, now);
  if (difference !== 0) return difference;
  return (pods[0].metadata?.uid ?? '') < (pods[1].metadata?.uid ?? '') ? -1 : 1;
}

/**
 * Orders pods so that those to delete first come first: unassigned, pending, not
 * ready, cheap to delete, on nodes with many siblings, ready for a short time,
 * restarted often, young. `siblings` counts pods of the same owner by node. As
 * controller.ActivePodsWithRanks.
 */
export function rankForDeletion(
  pods: readonly corev1.Pod[],
  siblings: ReadonlyMap<string, number>,
  now: number,
): corev1.Pod[] {
  const rank = (pod: corev1.Pod): number => siblings.get(pod.spec?.nodeName ?? '') ?? 0;
  const compare = (left: corev1.Pod, right: corev1.Pod): number => {
    const assigned = Number(Boolean(left.spec?.nodeName)) - Number(Boolean(right.spec?.nodeName));
    if (assigned !== 0) return assigned;
    const phase = (phaseOrder[left.status?.phase ?? ''] ?? 0) - (phaseOrder[right.status?.phase ?? ''] ?? 0);
    if (phase !== 0) return phase;
    const ready = Number(isPodReady(left)) - Number(isPodReady(right));
    if (ready !== 0) return ready;
    const cost = deletionCost(left) - deletionCost(right);
    if (cost !== 0) return cost;
    const crowd = rank(right) - rank(left);
    if (crowd !== 0) return crowd;
    if (isPodReady(left) && readySince(left) !== readySince(right)) {
      return compareAge(readySince(left), readySince(right), [left, right], now);
    }
    const restarted = restarts(right) - restarts(left);
    if (restarted !== 0) return restarted;
    const created = [timeOf(left.metadata?.creationTimestamp), timeOf(right.metadata?.creationTimestamp)] as const;
    return created[0] === created[1] ? 0 : compareAge(created[0], created[1], [left, right], now);
  };
  return [...pods].sort(compare);
}
