import type { ErrorList } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { collisionsGrow, counts, notAbove } from '../status-counts';

/** As ValidateDeploymentStatusUpdate. */
export function validateDeploymentStatus(
  { status }: appsv1.Deployment,
  { status: before }: appsv1.Deployment,
  to: ErrorList,
): void {
  const parts = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const;
  counts(status, ['observedGeneration', 'replicas', ...parts, 'unavailableReplicas', 'terminatingReplicas'], to);
  counts(status, ['collisionCount'], to);
  notAbove(status, parts, 'replicas', 'status.replicas', to);
  notAbove(status, ['availableReplicas'], 'readyReplicas', 'readyReplicas', to);
  collisionsGrow(status, before, to);
}
