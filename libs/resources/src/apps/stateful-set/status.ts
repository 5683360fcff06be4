import type { ErrorList } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { collisionsGrow, counts, notAbove } from '../status-counts';

/** As ValidateStatefulSetStatusUpdate. */
export function validateStatefulSetStatus(
  { status }: appsv1.StatefulSet,
  { status: before }: appsv1.StatefulSet,
  to: ErrorList,
): void {
  const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;
  counts(status, ['replicas', ...parts, 'observedGeneration', 'collisionCount'], to);
  notAbove(status, parts, 'replicas', 'status.replicas', to);
  notAbove(status, ['availableReplicas'], 'readyReplicas', 'status.readyReplicas', to);
  collisionsGrow(status, before, to);
}
