import type { appsv1 } from '@skiff/contracts';
import { scaledValue } from '../shared/int-or-percent';
import { timeOf } from '../shared/pods';
import { maxReplicasAnnotation, numberAnnotation } from './annotations';

export function isRollingUpdate(deployment: appsv1.Deployment): boolean {
  return deployment.spec?.strategy?.type === 'RollingUpdate';
}

export function wantedReplicas(object: { spec?: { replicas?: number | undefined } | undefined }): number {
  return object.spec?.replicas ?? 0;
}

/** Surge and unavailability in pods. Surge rounds up, unavailability down; both zero would never move, so one may be missing then. */
export function fenceposts(deployment: appsv1.Deployment): { surge: number; unavailable: number } {
  if (!isRollingUpdate(deployment)) return { surge: 0, unavailable: 0 };
  const replicas = wantedReplicas(deployment);
  const rolling = deployment.spec?.strategy?.rollingUpdate;
  const surge = scaledValue(rolling?.maxSurge, replicas, 'up');
  const unavailable = scaledValue(rolling?.maxUnavailable, replicas, 'down');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function maxSurge(deployment: appsv1.Deployment): number {
  return fenceposts(deployment).surge;
}

/** How many of the wanted pods may be missing; 0 when recreating. */
export function maxUnavailable(deployment: appsv1.Deployment): number {
  return Math.min(fenceposts(deployment).unavailable, wantedReplicas(deployment));
}

export function totalReplicas(replicaSets: readonly appsv1.ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + wantedReplicas(replicaSet), 0);
}

export function totalAvailable(replicaSets: readonly appsv1.ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + (replicaSet.status?.availableReplicas ?? 0), 0);
}

export function totalActual(replicaSets: readonly appsv1.ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + (replicaSet.status?.replicas ?? 0), 0);
}

/** Oldest first, then by name. */
export function byAge(left: appsv1.ReplicaSet, right: appsv1.ReplicaSet): number {
  const age = timeOf(left.metadata?.creationTimestamp) - timeOf(right.metadata?.creationTimestamp);
  if (age !== 0) return age;
  return (left.metadata?.name ?? '') < (right.metadata?.name ?? '') ? -1 : 1;
}

/** How large the new ReplicaSet may be now without more pods than surge allows. As NewRSNewReplicas. */
export function newReplicaSetSize(
  deployment: appsv1.Deployment,
  all: readonly appsv1.ReplicaSet[],
  newReplicaSet: appsv1.ReplicaSet,
): number {
  if (!isRollingUpdate(deployment)) return wantedReplicas(deployment);
  const current = wantedReplicas(newReplicaSet);
  const room = wantedReplicas(deployment) + maxSurge(deployment) - totalReplicas(all);
  if (room <= 0) return current;
  return current + Math.min(room, wantedReplicas(deployment) - current);
}

/** What one ReplicaSet gains or loses when a Deployment is scaled amid a rollout. As GetReplicaSetProportion. */
export function proportion(
  deployment: appsv1.Deployment,
  replicaSet: appsv1.ReplicaSet,
  toAdd: number,
  added: number,
): number {
  const size = wantedReplicas(replicaSet);
  if (size === 0 || toAdd === 0 || toAdd === added) return 0;
  const allowed = toAdd - added;
  const fraction = sizeChange(deployment, replicaSet);
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
}

function sizeChange(deployment: appsv1.Deployment, replicaSet: appsv1.ReplicaSet): number {
  const size = wantedReplicas(replicaSet);
  if (wantedReplicas(deployment) === 0) return -size;
  const before = numberAnnotation(replicaSet, maxReplicasAnnotation) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((size * (wantedReplicas(deployment) + maxSurge(deployment))) / before) - size;
}
