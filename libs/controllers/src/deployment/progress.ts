import type { appsv1 } from '@skiff/contracts';
import type { Generation } from './scaling';
import type { DeploymentState } from './state';
import { conditionOf, hasProgressDeadline, newCondition, setCondition } from './status';

/** The Progressing condition says so when a rollout is paused or goes on. */
export function pauseConditions({ deployment, now }: DeploymentState): appsv1.DeploymentCondition[] {
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

/** The Progressing condition tells of the ReplicaSet that a rollout makes, or finds. */
export function foundOrCreated(
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
