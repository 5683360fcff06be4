import type { appsv1 } from '@skiff/contracts';
import { isDeleting } from '../shared/pods';
import { revisionAnnotation } from './annotations';
import { isRollingUpdate } from './arithmetic';
import { foundOrCreated, pauseConditions } from './progress';
import { planRecreateStep } from './recreate';
import { buildReplicaSet, generationOf, refreshed } from './replica-set';
import { isScalingEvent, planRollingStep, planScaling, type Generation } from './scaling';
import type { DeploymentState } from './state';
import { countedStatus, isComplete, nextDeadlineCheck, rolloutStatus } from './status';
import { planCleanup, updatesFor, type ReplicaSetUpdate } from './updates';

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
  const status = rolloutStatus(state, generation, foundOrCreated(state, conditions, generation, create));
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
  const { deployment } = state;
  const generation: Generation = { newReplicaSet: refreshed(deployment, before), old: before.old };
  const revision = generation.newReplicaSet?.metadata?.annotations?.[revisionAnnotation];
  const found = foundOrCreated(state, conditions, generation, undefined);
  return {
    updates: updatesFor(deployment, before, generation, planScaling(deployment, generation)),
    deletions: deployment.spec?.paused === true ? planCleanup(deployment, before.old) : [],
    ...(revision !== undefined && { revision }),
    status: countedStatus(state, generation, found),
  };
}

/**
 * Everything that one look at a Deployment decides. A Deployment that is being
 * deleted only gets its status; a paused or rescaled one is scaled in proportion;
 * else its strategy takes one step. As syncDeployment.
 */
export function planDeployment(state: DeploymentState): DeploymentPlan {
  const { deployment } = state;
  const generation = generationOf(deployment, state.replicaSets);
  if (isDeleting(deployment)) {
    const conditions = deployment.status?.conditions ?? [];
    const status = countedStatus(state, generation, conditions);
    return { updates: [], deletions: [], status };
  }
  const conditions = pauseConditions(state);
  if (deployment.spec?.paused === true || isScalingEvent(deployment, generation)) {
    return planSync(state, generation, conditions);
  }
  return planRollout(state, generation, conditions);
}
