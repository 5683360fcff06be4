import { Kinds, type appsv1, type corev1 } from '@skiff/contracts';
import { safeHash } from '../shared/hash';
import { controllerReference } from '../shared/owner-references';
import { isDeleting } from '../shared/pods';
import { semanticEqual } from '../shared/semantic-equal';
import { without } from '../shared/without';
import { newReplicaSetAnnotations, revisionAnnotation, revisionOf } from './annotations';
import { byAge, isRollingUpdate, newReplicaSetSize, totalActual, wantedReplicas } from './arithmetic';
import {
  allOf,
  isScalingEvent,
  planRollingStep,
  planScaling,
  sizeAnnotations,
  type Generation,
  type Resize,
} from './scaling';
import {
  conditionOf,
  countedStatus,
  hasProgressDeadline,
  isComplete,
  newCondition,
  nextDeadlineCheck,
  rolloutStatus,
  setCondition,
} from './status';

/** The label that tells the pods of one ReplicaSet of a Deployment from those of another. */
export const podTemplateHash = 'pod-template-hash';

/** What is known of a Deployment. */
export interface DeploymentState {
  readonly deployment: appsv1.Deployment;
  /** Every ReplicaSet that it controls. */
  readonly replicaSets: readonly appsv1.ReplicaSet[];
  /** Pods of a ReplicaSet by its uid. */
  readonly podsOf: (uid: string) => readonly corev1.Pod[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface ReplicaSetUpdate {
  readonly replicaSet: appsv1.ReplicaSet;
  readonly from: number;
  readonly to: number;
}

/** What to do about a Deployment, in this order. */
export interface DeploymentPlan {
  readonly create?: appsv1.ReplicaSet;
  readonly updates: readonly ReplicaSetUpdate[];
  readonly deletions: readonly appsv1.ReplicaSet[];
  /** The revision that the Deployment's annotation shall say. */
  readonly revision?: string;
  readonly status: appsv1.DeploymentStatus;
  /** Milliseconds until the progress deadline has to be looked at. */
  readonly requeueAfter?: number;
}

function templateWithoutHash(template: corev1.PodTemplateSpec | undefined): unknown {
  const labels = without(template?.metadata?.labels, podTemplateHash);
  return { ...template, metadata: { ...template?.metadata, creationTimestamp: undefined, labels } };
}

/** Whether two templates would make the same pods. As EqualIgnoreHash. */
export function sameTemplate(
  left: corev1.PodTemplateSpec | undefined,
  right: corev1.PodTemplateSpec | undefined,
): boolean {
  return semanticEqual(templateWithoutHash(left), templateWithoutHash(right));
}

/** Tells the ReplicaSet with the Deployment's template, the oldest if there are several, from the others. */
export function generationOf(deployment: appsv1.Deployment, replicaSets: readonly appsv1.ReplicaSet[]): Generation {
  const newReplicaSet = [...replicaSets]
    .sort(byAge)
    .find((replicaSet) => sameTemplate(replicaSet.spec?.template, deployment.spec?.template));
  return { newReplicaSet, old: replicaSets.filter((replicaSet) => replicaSet !== newReplicaSet) };
}

function nextRevision(old: readonly appsv1.ReplicaSet[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

/** The ReplicaSet for a template that no ReplicaSet has yet. */
export function buildReplicaSet(deployment: appsv1.Deployment, old: readonly appsv1.ReplicaSet[]): appsv1.ReplicaSet {
  const { metadata, spec, status } = deployment;
  const hash = safeHash(templateWithoutHash(spec?.template), status?.collisionCount);
  const labels = { ...spec?.template?.metadata?.labels, [podTemplateHash]: hash };
  const replicaSet: appsv1.ReplicaSet = {
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    metadata: {
      name: `${metadata?.name}-${hash}`,
      namespace: metadata?.namespace,
      labels,
      annotations: { ...newReplicaSetAnnotations(deployment, {}, nextRevision(old)), ...sizeAnnotations(deployment) },
      ownerReferences: [controllerReference(Kinds.Deployment, deployment)],
    },
    spec: {
      replicas: 0,
      ...(spec?.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
      selector: {
        ...spec?.selector,
        matchLabels: { ...spec?.selector?.matchLabels, [podTemplateHash]: hash },
      },
      template: { ...spec?.template, metadata: { ...spec?.template?.metadata, labels } },
    },
  };
  return resized(replicaSet, newReplicaSetSize(deployment, [...old, replicaSet], replicaSet));
}

function resized(replicaSet: appsv1.ReplicaSet, replicas: number): appsv1.ReplicaSet {
  return { ...replicaSet, spec: { ...replicaSet.spec, replicas } };
}

/** Brings annotations and minReadySeconds of the new ReplicaSet up to date; the same object when they are. */
function refreshed(deployment: appsv1.Deployment, { newReplicaSet, old }: Generation): appsv1.ReplicaSet | undefined {
  if (!newReplicaSet) return undefined;
  const annotations = newReplicaSetAnnotations(deployment, newReplicaSet.metadata?.annotations, nextRevision(old));
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  if (
    semanticEqual(annotations, newReplicaSet.metadata?.annotations) &&
    minReadySeconds === (newReplicaSet.spec?.minReadySeconds ?? 0)
  ) {
    return newReplicaSet;
  }
  return {
    ...newReplicaSet,
    metadata: { ...newReplicaSet.metadata, annotations },
    spec: { ...newReplicaSet.spec, minReadySeconds },
  };
}

function updatesFor(
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
function planCleanup(deployment: appsv1.Deployment, old: readonly appsv1.ReplicaSet[]): appsv1.ReplicaSet[] {
  const limit = deployment.spec?.revisionHistoryLimit;
  if (limit === undefined || limit === 2 ** 31 - 1) return [];
  const living = old.filter((replicaSet) => !isDeleting(replicaSet));
  const surplus = living.length - limit;
  if (surplus <= 0) return [];
  return [...living]
    .sort((left, right) => revisionOf(left) - revisionOf(right) || byAge(left, right))
    .slice(0, surplus)
    .filter(
      (replicaSet) =>
        (replicaSet.status?.replicas ?? 0) === 0 &&
        wantedReplicas(replicaSet) === 0 &&
        (replicaSet.metadata?.generation ?? 0) <= (replicaSet.status?.observedGeneration ?? 0),
    );
}

/** The Progressing condition says so when a rollout is paused or goes on. */
function pauseConditions({ deployment, now }: DeploymentState): appsv1.DeploymentCondition[] {
  const conditions = deployment.status?.conditions ?? [];
  if (!hasProgressDeadline(deployment)) return conditions;
  const current = conditionOf(conditions, 'Progressing');
  if (current?.reason === 'ProgressDeadlineExceeded') return conditions;
  const wasPaused = current?.reason === 'DeploymentPaused';
  const isPaused = deployment.spec?.paused === true;
  if (isPaused && !wasPaused) {
    return setCondition(
      conditions,
      newCondition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', now),
    );
  }
  if (!isPaused && wasPaused) {
    return setCondition(
      conditions,
      newCondition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', now),
    );
  }
  return conditions;
}

function foundOrCreated(
  state: DeploymentState,
  conditions: appsv1.DeploymentCondition[],
  generation: Generation,
  created: appsv1.ReplicaSet | undefined,
): appsv1.DeploymentCondition[] {
  if (!hasProgressDeadline(state.deployment)) return conditions;
  if (created) {
    const message = `Created new replica set "${created.metadata?.name}"`;
    return setCondition(conditions, newCondition('Progressing', 'True', 'NewReplicaSetCreated', message, state.now));
  }
  if (generation.newReplicaSet && !conditionOf(conditions, 'Progressing')) {
    const message = `Found new replica set "${generation.newReplicaSet.metadata?.name}"`;
    return setCondition(conditions, newCondition('Progressing', 'True', 'FoundNewReplicaSet', message, state.now));
  }
  return conditions;
}

function oldPodsRun({ podsOf }: DeploymentState, { old }: Generation): boolean {
  if (totalActual(old) > 0) return true;
  return old.some((replicaSet) =>
    podsOf(replicaSet.metadata?.uid ?? '').some((pod) => !['Failed', 'Succeeded'].includes(pod.status?.phase ?? '')),
  );
}

function planRecreateStep(state: DeploymentState, generation: Generation): { resizes: Resize[]; mayCreate: boolean } {
  const running = generation.old.filter((replicaSet) => wantedReplicas(replicaSet) > 0);
  if (running.length > 0) return { resizes: running.map((replicaSet) => ({ replicaSet, to: 0 })), mayCreate: false };
  if (oldPodsRun(state, generation)) return { resizes: [], mayCreate: false };
  const { newReplicaSet } = generation;
  const to = wantedReplicas(state.deployment);
  const grows = newReplicaSet && wantedReplicas(newReplicaSet) !== to;
  return { resizes: grows ? [{ replicaSet: newReplicaSet, to }] : [], mayCreate: true };
}

function planRollout(
  state: DeploymentState,
  before: Generation,
  conditions: appsv1.DeploymentCondition[],
): DeploymentPlan {
  const { deployment, now } = state;
  let generation: Generation = { newReplicaSet: refreshed(deployment, before), old: before.old };
  const recreate = isRollingUpdate(deployment) ? undefined : planRecreateStep(state, generation);
  let create: appsv1.ReplicaSet | undefined;
  if (!generation.newReplicaSet && (recreate?.mayCreate ?? true)) {
    create = buildReplicaSet(deployment, before.old);
    generation = { newReplicaSet: create, old: before.old };
  }
  const resizes = recreate ? recreate.resizes : planRollingStep(deployment, generation);
  const status = rolloutStatus(
    deployment,
    allOf(generation),
    generation.newReplicaSet,
    foundOrCreated(state, conditions, generation, create),
    now,
  );
  const idle = resizes.length === 0 && create === undefined;
  const requeueAfter = nextDeadlineCheck(deployment, status, now);
  const revision = generation.newReplicaSet?.metadata?.annotations?.[revisionAnnotation];
  return {
    ...(create && { create }),
    updates: updatesFor(deployment, before, generation, resizes),
    deletions: idle && isComplete(deployment, deployment.status ?? {}) ? planCleanup(deployment, before.old) : [],
    ...(revision !== undefined && { revision }),
    status,
    ...(requeueAfter !== undefined && { requeueAfter }),
  };
}

function planSync(
  state: DeploymentState,
  before: Generation,
  conditions: appsv1.DeploymentCondition[],
): DeploymentPlan {
  const { deployment, now } = state;
  const generation: Generation = { newReplicaSet: refreshed(deployment, before), old: before.old };
  const revision = generation.newReplicaSet?.metadata?.annotations?.[revisionAnnotation];
  const found = foundOrCreated(state, conditions, generation, undefined);
  return {
    updates: updatesFor(deployment, before, generation, planScaling(deployment, generation)),
    deletions: deployment.spec?.paused === true ? planCleanup(deployment, before.old) : [],
    ...(revision !== undefined && { revision }),
    status: countedStatus(deployment, allOf(generation), generation.newReplicaSet, found, now),
  };
}

/**
 * Everything that one look at a Deployment decides. A Deployment that is being
 * deleted only gets its status; a paused or rescaled one is scaled in proportion;
 * else its strategy takes one step. As syncDeployment.
 */
export function planDeployment(state: DeploymentState): DeploymentPlan {
  const { deployment, now } = state;
  const generation = generationOf(deployment, state.replicaSets);
  if (isDeleting(deployment)) {
    const conditions = deployment.status?.conditions ?? [];
    const status = countedStatus(deployment, allOf(generation), generation.newReplicaSet, conditions, now);
    return { updates: [], deletions: [], status };
  }
  const conditions = pauseConditions(state);
  if (deployment.spec?.paused === true || isScalingEvent(deployment, generation)) {
    return planSync(state, generation, conditions);
  }
  return planRollout(state, generation, conditions);
}
