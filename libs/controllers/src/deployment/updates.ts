import type { appsv1 } from '@skiff/contracts';
import { isDeleting } from '../shared/pods';
import { semanticEqual } from '../shared/semantic-equal';
import { byRevision } from './annotations';
import { byAge, wantedReplicas } from './arithmetic';
import { resized } from './replica-set';
import { sizeAnnotations, type Generation, type Resize } from './scaling';

/** A ReplicaSet as it shall be, and how many pods it wanted before and wants then. */
export interface ReplicaSetUpdate {
  readonly replicaSet: appsv1.ReplicaSet;
  readonly from: number;
  readonly to: number;
}

/** What changes of the ReplicaSets that there are. */
export function updatesFor(
  deployment: appsv1.Deployment,
  before: Generation,
  after: Generation,
  resizes: readonly Resize[],
): ReplicaSetUpdate[] {
  const updates = new Map<string, ReplicaSetUpdate>();
  const uid = (replicaSet: appsv1.ReplicaSet): string => replicaSet.metadata?.uid ?? '';
  if (before.newReplicaSet && after.newReplicaSet && after.newReplicaSet !== before.newReplicaSet) {
    const size = wantedReplicas(after.newReplicaSet);
    updates.set(uid(after.newReplicaSet), { replicaSet: after.newReplicaSet, from: size, to: size });
  }
  for (const { replicaSet, to } of resizes) {
    const annotations = { ...replicaSet.metadata?.annotations, ...sizeAnnotations(deployment) };
    const from = wantedReplicas(replicaSet);
    if (from === to && semanticEqual(annotations, replicaSet.metadata?.annotations)) continue;
    updates.set(uid(replicaSet), {
      replicaSet: resized({ ...replicaSet, metadata: { ...replicaSet.metadata, annotations } }, to),
      from,
      to,
    });
  }
  return [...updates.values()];
}

/** Old ReplicaSets beyond the revision history limit that have nothing left to do, oldest revision first. */
export function planCleanup(deployment: appsv1.Deployment, old: readonly appsv1.ReplicaSet[]): appsv1.ReplicaSet[] {
  const limit = deployment.spec?.revisionHistoryLimit;
  if (limit === undefined || limit === 2 ** 31 - 1) return [];
  const living = old.filter((replicaSet) => !isDeleting(replicaSet));
  const surplus = living.length - limit;
  if (surplus <= 0) return [];
  return [...living]
    .sort((left, right) => byRevision(left, right) || byAge(left, right))
    .slice(0, surplus)
    .filter(
      (replicaSet) =>
        (replicaSet.status?.replicas ?? 0) === 0 &&
        wantedReplicas(replicaSet) === 0 &&
        (replicaSet.metadata?.generation ?? 0) <= (replicaSet.status?.observedGeneration ?? 0),
    );
}
