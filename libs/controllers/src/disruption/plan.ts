import type { corev1, IntOrString, policyv1 } from '@skiff/contracts';
import { scaledValue } from '../shared/int-or-percent';
import { isDeleting, isPodReady, isPodTerminal, timeOf } from '../shared/pods';

/** How long an eviction that was allowed may take until its pod shows as being deleted. Milliseconds. */
export const deletionTimeout = 2 * 60_000;

export interface Expected {
  /** How many pods the owners of a budget's pods want. */
  readonly expected: number;
  readonly desired: number;
}

/** A percentage of what is wanted, or a number. `scale` is what the pods' controllers ask for, undefined without one. */
export function planExpected(
  spec: policyv1.PodDisruptionBudgetSpec | undefined,
  podCount: number,
  scale: number | undefined,
): Expected {
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (maxUnavailable !== undefined) {
    const expected = scale ?? podCount;
    return { expected, desired: Math.max(0, expected - scaledValue(maxUnavailable, expected, 'up')) };
  }
  if (minAvailable === undefined) return { expected: podCount, desired: 0 };
  if (typeof minAvailable === 'number') return { expected: podCount, desired: minAvailable };
  const expected = scale ?? podCount;
  return { expected, desired: scaledValue(minAvailable, expected, 'up') };
}

/** Whether a budget has to know how many pods the controllers of its pods want. */
export function needsScale({
  minAvailable,
  maxUnavailable,
}: {
  minAvailable?: IntOrString | undefined;
  maxUnavailable?: IntOrString | undefined;
}): boolean {
  return maxUnavailable !== undefined || typeof minAvailable === 'string';
}

export interface DisruptedPods {
  readonly disruptedPods: { [pod: string]: string };
  /** Pods that an allowed eviction did not delete in time. */
  readonly late: readonly corev1.Pod[];
  /** Milliseconds until the next of them is late. */
  readonly nextCheck: number | undefined;
}

/** Evictions that were allowed and have not shown yet. As buildDisruptedPodMap. */
export function planDisrupted(
  status: policyv1.PodDisruptionBudgetStatus | undefined,
  pods: readonly corev1.Pod[],
  now: number,
): DisruptedPods {
  const disruptedPods: { [pod: string]: string } = {};
  const late: corev1.Pod[] = [];
  let nextCheck: number | undefined;
  for (const pod of pods) {
    const name = pod.metadata?.name ?? '';
    const since = status?.disruptedPods?.[name];
    if (isDeleting(pod) || since === undefined) continue;
    const wait = timeOf(since) + deletionTimeout - now;
    if (wait <= 0) late.push(pod);
    else {
      disruptedPods[name] = since;
      nextCheck = Math.min(nextCheck ?? Infinity, wait);
    }
  }
  return { disruptedPods, late, nextCheck };
}

export function countHealthy(pods: readonly corev1.Pod[], disruptedPods: { [pod: string]: string }): number {
  return pods.filter(
    (pod) =>
      !isDeleting(pod) && !isPodTerminal(pod) && !((pod.metadata?.name ?? '') in disruptedPods) && isPodReady(pod),
  ).length;
}

/** The status that says how many pods may be evicted. As updatePdbStatus. `now` is an RFC 3339 time. */
export function planStatus(
  budget: policyv1.PodDisruptionBudget,
  { expected, desired }: Expected,
  currentHealthy: number,
  disruptedPods: { [pod: string]: string },
  now: string,
): policyv1.PodDisruptionBudgetStatus {
  const disruptionsAllowed = expected <= 0 ? 0 : Math.max(0, currentHealthy - desired);
  const [status, reason] = disruptionsAllowed > 0 ? ['True', 'SufficientPods'] : ['False', 'InsufficientPods'];
  const observedGeneration = budget.metadata?.generation;
  const type = 'DisruptionAllowed';
  const current = budget.status?.conditions?.find((condition) => condition.type === type);
  const lastTransitionTime = current?.status === status ? current?.lastTransitionTime : now;
  return {
    ...(Object.keys(disruptedPods).length > 0 && { disruptedPods }),
    currentHealthy,
    desiredHealthy: desired,
    expectedPods: expected,
    disruptionsAllowed,
    observedGeneration,
    conditions: [
      ...(budget.status?.conditions ?? []).filter((condition) => condition.type !== type),
      { type, status, reason, message: '', observedGeneration, lastTransitionTime },
    ],
  };
}
