import type { appsv1, corev1 } from '@skiff/contracts';
import { availableFrom, isDeleting, isPodActive, isPodReady } from '../shared/pods';
import { rankForDeletion } from '../shared/pod-ranking';

/** At most this many pods are created or deleted in one reconcile. */
export const burstReplicas = 500;

export interface ScalePlan {
  /** How many pods to create. */
  readonly create: number;
  /** The pods to delete, those that hurt least. */
  readonly remove: readonly corev1.Pod[];
}

/** How many pods are missing, or which are too many. `related` are the pods of all ReplicaSets with the same owner. */
export function planScale(
  replicaSet: appsv1.ReplicaSet,
  activePods: readonly corev1.Pod[],
  related: () => readonly corev1.Pod[],
  now: number,
): ScalePlan {
  const difference = activePods.length - (replicaSet.spec?.replicas ?? 0);
  if (difference < 0) return { create: Math.min(-difference, burstReplicas), remove: [] };
  if (difference === 0) return { create: 0, remove: [] };
  const count = Math.min(difference, burstReplicas);
  if (count === activePods.length) return { create: 0, remove: activePods };
  const siblings = new Map<string, number>();
  for (const pod of related()) {
    if (!isPodActive(pod)) continue;
    const node = pod.spec?.nodeName ?? '';
    siblings.set(node, (siblings.get(node) ?? 0) + 1);
  }
  return { create: 0, remove: rankForDeletion(activePods, siblings, now).slice(0, count) };
}

export interface ScaleFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

function conditionsAfter(
  old: readonly appsv1.ReplicaSetCondition[],
  failure: ScaleFailure | undefined,
  now: string,
): appsv1.ReplicaSetCondition[] {
  const others = old.filter((condition) => condition.type !== 'ReplicaFailure');
  if (!failure) return others;
  const current = old.find((condition) => condition.type === 'ReplicaFailure');
  if (current) return [...old];
  return [...others, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: now, ...failure }];
}

/** The status that pods give a ReplicaSet. `pods` are all that it owns, `now` an RFC 3339 time. */
export function planStatus(
  replicaSet: appsv1.ReplicaSet,
  pods: readonly corev1.Pod[],
  failure: ScaleFailure | undefined,
  now: string,
): appsv1.ReplicaSetStatus {
  const active = pods.filter(isPodActive);
  const minReadySeconds = replicaSet.spec?.minReadySeconds ?? 0;
  const templateLabels = Object.entries(replicaSet.spec?.template?.metadata?.labels ?? {});
  const at = Date.parse(now);
  const conditions = conditionsAfter(replicaSet.status?.conditions ?? [], failure, now);
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter((pod) =>
      templateLabels.every(([key, value]) => pod.metadata?.labels?.[key] === value),
    ).length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: active.filter((pod) => (availableFrom(pod, minReadySeconds) ?? Infinity) <= at).length,
    terminatingReplicas: pods.filter(
      (pod) => isDeleting(pod) && !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''),
    ).length,
    observedGeneration: replicaSet.metadata?.generation,
    ...(conditions.length > 0 && { conditions }),
  };
}
