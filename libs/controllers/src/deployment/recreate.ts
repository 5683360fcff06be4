import { totalActual, wantedReplicas } from './arithmetic';
import type { Generation, Resize } from './scaling';
import type { DeploymentState } from './state';

function oldPodsRun({ podsOf }: DeploymentState, { old }: Generation): boolean {
  if (totalActual(old) > 0) return true;
  return old.some((replicaSet) =>
    podsOf(replicaSet.metadata?.uid ?? '').some((pod) => !['Failed', 'Succeeded'].includes(pod.status?.phase ?? '')),
  );
}

/** Old pods end before new ones begin: one step of the strategy Recreate. */
export function planRecreateStep(
  state: DeploymentState,
  generation: Generation,
): { resizes: Resize[]; mayCreate: boolean } {
  const running = generation.old.filter((replicaSet) => wantedReplicas(replicaSet) > 0);
  if (running.length > 0) return { resizes: running.map((replicaSet) => ({ replicaSet, to: 0 })), mayCreate: false };
  if (oldPodsRun(state, generation)) return { resizes: [], mayCreate: false };
  const { newReplicaSet } = generation;
  const to = wantedReplicas(state.deployment);
  const grows = newReplicaSet && wantedReplicas(newReplicaSet) !== to;
  return { resizes: grows ? [{ replicaSet: newReplicaSet, to }] : [], mayCreate: true };
}
