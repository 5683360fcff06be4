import type { appsv1 } from '@skiff/contracts';
import { desiredReplicasAnnotation, maxReplicasAnnotation, numberAnnotation } from './annotations';
import {
  byAge,
  isRollingUpdate,
  maxSurge,
  maxUnavailable,
  newReplicaSetSize,
  proportion,
  totalReplicas,
  wantedReplicas,
} from './arithmetic';

/** ReplicaSets of a Deployment: the one that has its template, and all others. */
export interface Generation {
  readonly newReplicaSet: appsv1.ReplicaSet | undefined;
  readonly old: readonly appsv1.ReplicaSet[];
}

/** A ReplicaSet and the size it shall have. */
export interface Resize {
  readonly replicaSet: appsv1.ReplicaSet;
  readonly to: number;
}

export function allOf({ newReplicaSet, old }: Generation): appsv1.ReplicaSet[] {
  return newReplicaSet ? [...old, newReplicaSet] : [...old];
}

function active(replicaSets: readonly appsv1.ReplicaSet[]): appsv1.ReplicaSet[] {
  return replicaSets.filter((replicaSet) => wantedReplicas(replicaSet) > 0);
}

/** Whether the Deployment's replicas changed since its ReplicaSets were last sized. */
export function isScalingEvent(deployment: appsv1.Deployment, generation: Generation): boolean {
  return active(allOf(generation)).some((replicaSet) => {
    const desired = numberAnnotation(replicaSet, desiredReplicasAnnotation);
    return desired !== undefined && desired !== wantedReplicas(deployment);
  });
}

function activeOrLatest(generation: Generation): appsv1.ReplicaSet | undefined {
  const running = active(allOf(generation));
  if (running.length > 1) return undefined;
  return running[0] ?? generation.newReplicaSet ?? [...generation.old].sort(byAge).at(-1);
}

function isSaturated(deployment: appsv1.Deployment, replicaSet: appsv1.ReplicaSet | undefined): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    replicaSet !== undefined &&
    wantedReplicas(replicaSet) === wanted &&
    numberAnnotation(replicaSet, desiredReplicasAnnotation) === wanted &&
    (replicaSet.status?.availableReplicas ?? 0) === wanted
  );
}

/** Sizes after a change of replicas: the only active ReplicaSet takes it, else each its share, so that a rollout keeps its proportions. */
export function planScaling(deployment: appsv1.Deployment, generation: Generation): Resize[] {
  const wanted = wantedReplicas(deployment);
  const single = activeOrLatest(generation);
  if (single) return wantedReplicas(single) === wanted ? [] : [{ replicaSet: single, to: wanted }];
  if (isSaturated(deployment, generation.newReplicaSet)) {
    return active(generation.old).map((replicaSet) => ({ replicaSet, to: 0 }));
  }
  if (!isRollingUpdate(deployment)) return [];
  const all = active(allOf(generation));
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const toAdd = allowed - totalReplicas(all);
  // The largest take the remainder; of equals the newest grows and the oldest shrinks.
  const sorted = [...all].sort(
    (left, right) =>
      wantedReplicas(right) - wantedReplicas(left) || (toAdd > 0 ? byAge(right, left) : byAge(left, right)),
  );
  let added = 0;
  const sizes = sorted.map((replicaSet) => {
    const share = proportion(deployment, replicaSet, toAdd, added);
    added += share;
    return wantedReplicas(replicaSet) + share;
  });
  return sorted.map((replicaSet, index) => {
    const size = sizes[index] ?? 0;
    return { replicaSet, to: index === 0 ? Math.max(0, size + toAdd - added) : size };
  });
}

function scaleDownUnhealthy(old: readonly appsv1.ReplicaSet[], limit: number): Map<appsv1.ReplicaSet, number> {
  const sizes = new Map<appsv1.ReplicaSet, number>();
  let total = 0;
  for (const replicaSet of old) {
    const size = wantedReplicas(replicaSet);
    const unhealthy = Math.min(limit - total, size - (replicaSet.status?.availableReplicas ?? 0));
    if (total >= limit || size === 0 || unhealthy <= 0) continue;
    sizes.set(replicaSet, size - unhealthy);
    total += unhealthy;
  }
  return sizes;
}

/**
 * Old ReplicaSets' sizes in a rolling update: first without pods that are not
 * available anyway, then as small as minimum availability lets them be. As
 * reconcileOldReplicaSets.
 */
function planShrinking(deployment: appsv1.Deployment, generation: Generation): Resize[] {
  const { newReplicaSet } = generation;
  const all = allOf(generation);
  if (totalReplicas(generation.old) === 0 || !newReplicaSet) return [];
  const minAvailable = wantedReplicas(deployment) - maxUnavailable(deployment);
  const newUnavailable = wantedReplicas(newReplicaSet) - (newReplicaSet.status?.availableReplicas ?? 0);
  const limit = totalReplicas(all) - minAvailable - newUnavailable;
  if (limit <= 0) return [];
  const old = [...generation.old].sort(byAge);
  const sizes = scaleDownUnhealthy(old, limit);
  // Pods beyond the size of a ReplicaSet are on their way out, even if its status still counts them.
  const staying = all.map((replicaSet) =>
    Math.min(wantedReplicas(replicaSet), replicaSet.status?.availableReplicas ?? 0),
  );
  let surplus = staying.reduce((sum, count) => sum + count, 0) - minAvailable;
  for (const replicaSet of old) {
    const size = sizes.get(replicaSet) ?? wantedReplicas(replicaSet);
    const less = Math.min(size, surplus);
    if (less <= 0) continue;
    sizes.set(replicaSet, size - less);
    surplus -= less;
  }
  return [...sizes].map(([replicaSet, to]) => ({ replicaSet, to }));
}

/** One step of a rolling update: the new ReplicaSet grows if it may, else the old ones shrink. */
export function planRollingStep(deployment: appsv1.Deployment, generation: Generation): Resize[] {
  const { newReplicaSet } = generation;
  if (!newReplicaSet) return [];
  const size = wantedReplicas(newReplicaSet);
  const to =
    size > wantedReplicas(deployment)
      ? wantedReplicas(deployment)
      : newReplicaSetSize(deployment, allOf(generation), newReplicaSet);
  if (to !== size) return [{ replicaSet: newReplicaSet, to }];
  return planShrinking(deployment, generation);
}

/** The annotations that tell what a ReplicaSet was sized for. */
export function sizeAnnotations(deployment: appsv1.Deployment): { [key: string]: string } {
  const wanted = wantedReplicas(deployment);
  return {
    [desiredReplicasAnnotation]: String(wanted),
    [maxReplicasAnnotation]: String(wanted + maxSurge(deployment)),
  };
}
