import type { appsv1 } from '@skiff/contracts';
import { parseInt64 } from '@skiff/apimachinery';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas';

/** Annotations of a Deployment that its ReplicaSets do not inherit. */
const notInherited = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  'deprecated.deployment.rollback.to',
]);

/** How long the list of former revisions may become, in characters. */
const maxRevisionHistory = 2000;

type Annotations = { [key: string]: string };

/** The number that an annotation holds, or undefined. */
export function numberAnnotation(replicaSet: appsv1.ReplicaSet, name: string): number | undefined {
  const text = replicaSet.metadata?.annotations?.[name];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Which template of its Deployment a ReplicaSet stands for; 0 when nothing that can be read says so. */
export function revisionOf(replicaSet: appsv1.ReplicaSet): bigint {
  return parseInt64(replicaSet.metadata?.annotations?.[revisionAnnotation] ?? '') ?? 0n;
}

/** The oldest revision first. */
export function byRevision(left: appsv1.ReplicaSet, right: appsv1.ReplicaSet): number {
  const [a, b] = [revisionOf(left), revisionOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function withHistory(history: string | undefined, revision: string): string {
  if (history === undefined || history === '') return revision;
  let entries = [...history.split(','), revision];
  while (entries.join(',').length > maxRevisionHistory && entries.length > 1) entries = entries.slice(1);
  return entries.join(',');
}

/** Annotations of the ReplicaSet that serves a Deployment's template: inherited ones, and a revision that only grows. */
export function newReplicaSetAnnotations(
  deployment: appsv1.Deployment,
  current: Annotations | undefined,
  newRevision: bigint,
): Annotations {
  const annotations: Annotations = { ...current };
  for (const [key, value] of Object.entries(deployment.metadata?.annotations ?? {})) {
    if (!notInherited.has(key)) annotations[key] = value;
  }
  const revision = annotations[revisionAnnotation];
  const before = revision ? parseInt64(revision) : 0n;
  // What cannot be read is left to whoever wrote it, as upstream's SetNewReplicaSetAnnotations does.
  if (before !== undefined && before < newRevision) {
    annotations[revisionAnnotation] = String(newRevision);
    if (revision !== undefined && revision !== '') {
      annotations[revisionHistoryAnnotation] = withHistory(annotations[revisionHistoryAnnotation], revision);
    }
  }
  return annotations;
}
