import type { appsv1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { timeOf } from '../shared/pods';
import { maxUnavailable, totalActual, totalAvailable, wantedReplicas } from './arithmetic';
import { allOf, type Generation } from './scaling';
import type { DeploymentState } from './state';

type Conditions = readonly appsv1.DeploymentCondition[];

/** A progress deadline of MaxInt32 means none. */
const noDeadline = 2 ** 31 - 1;

export function hasProgressDeadline(deployment: appsv1.Deployment): boolean {
  const deadline = deployment.spec?.progressDeadlineSeconds;
  return deadline !== undefined && deadline !== noDeadline;
}

export function conditionOf(conditions: Conditions | undefined, type: string): appsv1.DeploymentCondition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** A condition that changed just now. */
export function newCondition(
  type: 'Available' | 'Progressing' | 'ReplicaFailure',
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  now: number,
): appsv1.DeploymentCondition {
  return { type, status, reason, message, lastUpdateTime: formatTime(now), lastTransitionTime: formatTime(now) };
}

/** Sets a condition unless status and reason are as before; the transition time stays while the status does. */
export function setCondition(
  conditions: Conditions,
  condition: appsv1.DeploymentCondition,
): appsv1.DeploymentCondition[] {
  const current = conditionOf(conditions, condition.type ?? '');
  if (current?.status === condition.status && current?.reason === condition.reason) return [...conditions];
  return replaceCondition(conditions, condition);
}

/** Sets a condition even when only its times or its message differ. */
function replaceCondition(conditions: Conditions, condition: appsv1.DeploymentCondition): appsv1.DeploymentCondition[] {
  const current = conditionOf(conditions, condition.type ?? '');
  const kept = current?.status === condition.status ? { lastTransitionTime: current?.lastTransitionTime } : {};
  return [...withoutCondition(conditions, condition.type ?? ''), { ...condition, ...kept }];
}

export function withoutCondition(conditions: Conditions, type: string): appsv1.DeploymentCondition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** Counts and availability, with the conditions given. As calculateStatus. */
export function countedStatus(
  { deployment, now }: DeploymentState,
  generation: Generation,
  conditions: Conditions,
): appsv1.DeploymentStatus {
  const { newReplicaSet } = generation;
  const all = allOf(generation);
  const total = totalActual(all);
  const available = totalAvailable(all);
  const enough = available >= wantedReplicas(deployment) - maxUnavailable(deployment);
  const sum = (field: 'readyReplicas' | 'terminatingReplicas'): number =>
    all.reduce((count, replicaSet) => count + (replicaSet.status?.[field] ?? 0), 0);
  return {
    observedGeneration: deployment.metadata?.generation,
    replicas: total,
    updatedReplicas: newReplicaSet?.status?.replicas ?? 0,
    readyReplicas: sum('readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, total - available),
    terminatingReplicas: sum('terminatingReplicas'),
    collisionCount: deployment.status?.collisionCount,
    conditions: setCondition(
      conditions,
      enough
        ? newCondition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)
        : newCondition(
            'Available',
            'False',
            'MinimumReplicasUnavailable',
            'Deployment does not have minimum availability.',
            now,
          ),
    ),
  };
}

/** Whether every wanted pod runs the newest template and is available, and no old one is left. */
export function isComplete(deployment: appsv1.Deployment, status: appsv1.DeploymentStatus): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    status.updatedReplicas === wanted &&
    status.replicas === wanted &&
    status.availableReplicas === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata?.generation ?? 0)
  );
}

function isProgressing(before: appsv1.DeploymentStatus | undefined, after: appsv1.DeploymentStatus): boolean {
  const count = (
    status: appsv1.DeploymentStatus | undefined,
    field: 'updatedReplicas' | 'replicas' | 'readyReplicas' | 'availableReplicas',
  ) => status?.[field] ?? 0;
  const old = (status: appsv1.DeploymentStatus | undefined) =>
    count(status, 'replicas') - count(status, 'updatedReplicas');
  return (
    count(after, 'updatedReplicas') > count(before, 'updatedReplicas') ||
    old(after) < old(before) ||
    count(after, 'readyReplicas') > count(before, 'readyReplicas') ||
    count(after, 'availableReplicas') > count(before, 'availableReplicas')
  );
}

function deadlineOf(deployment: appsv1.Deployment, condition: appsv1.DeploymentCondition): number {
  return timeOf(condition.lastUpdateTime) + (deployment.spec?.progressDeadlineSeconds ?? 0) * 1000;
}

function isTimedOut(deployment: appsv1.Deployment, status: appsv1.DeploymentStatus, now: number): boolean {
  const condition = conditionOf(status.conditions, 'Progressing');
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return false;
  return condition.reason === 'ProgressDeadlineExceeded' || deadlineOf(deployment, condition) < now;
}

function replicaFailure(
  all: readonly appsv1.ReplicaSet[],
  newReplicaSet: appsv1.ReplicaSet | undefined,
): appsv1.DeploymentCondition | undefined {
  const failureOf = (replicaSet: appsv1.ReplicaSet | undefined) =>
    replicaSet?.status?.conditions?.find((condition) => condition.type === 'ReplicaFailure');
  const failure = failureOf(newReplicaSet) ?? all.map(failureOf).find((condition) => condition !== undefined);
  if (!failure) return undefined;
  const { status, reason, message, lastTransitionTime } = failure;
  return { type: 'ReplicaFailure', status, reason, message, lastTransitionTime, lastUpdateTime: lastTransitionTime };
}

function progressCondition(
  deployment: appsv1.Deployment,
  newReplicaSet: appsv1.ReplicaSet | undefined,
  status: appsv1.DeploymentStatus,
  now: number,
): appsv1.DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  const subject = newReplicaSet
    ? `ReplicaSet "${newReplicaSet.metadata?.name}"`
    : `Deployment "${deployment.metadata?.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return setCondition(conditions, newCondition('Progressing', 'True', 'NewReplicaSetAvailable', message, now));
  }
  if (isProgressing(deployment.status, status)) {
    const message = `${subject} is progressing.`;
    return replaceCondition(conditions, newCondition('Progressing', 'True', 'ReplicaSetUpdated', message, now));
  }
  if (isTimedOut(deployment, status, now)) {
    const message = `${subject} has timed out progressing.`;
    return setCondition(conditions, newCondition('Progressing', 'False', 'ProgressDeadlineExceeded', message, now));
  }
  return [...conditions];
}

/** The status during a rollout, with its progress and failures. As syncRolloutStatus. */
export function rolloutStatus(
  state: DeploymentState,
  generation: Generation,
  conditions: Conditions,
): appsv1.DeploymentStatus {
  const { deployment, now } = state;
  const { newReplicaSet } = generation;
  const status = countedStatus(state, generation, conditions);
  const current = conditionOf(status.conditions, 'Progressing');
  const completedBefore = status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable';
  let next = status.conditions ?? [];
  if (!hasProgressDeadline(deployment)) next = withoutCondition(next, 'Progressing');
  else if (!completedBefore) next = progressCondition(deployment, newReplicaSet, status, now);
  const failure = replicaFailure(allOf(generation), newReplicaSet);
  next = failure ? setCondition(next, failure) : withoutCondition(next, 'ReplicaFailure');
  return { ...status, conditions: next };
}

/** Milliseconds after which to look whether the progress deadline has passed; undefined when nothing is waited for. */
export function nextDeadlineCheck(
  deployment: appsv1.Deployment,
  status: appsv1.DeploymentStatus,
  now: number,
): number | undefined {
  const condition = conditionOf(status.conditions, 'Progressing');
  if (!condition || !hasProgressDeadline(deployment)) return undefined;
  if (isComplete(deployment, status) || condition.reason === 'ProgressDeadlineExceeded') return undefined;
  return Math.max(0, deadlineOf(deployment, condition) - now) + 1000;
}
