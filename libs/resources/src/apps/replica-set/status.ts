import type { ErrorList } from '@skiff/apimachinery';
import type { appsv1, corev1 } from '@skiff/contracts';
import { counts, notAbove } from '../status-counts';

/** Of ReplicaSets and ReplicationControllers. As ValidateReplicaSetStatus. */
export function validateReplicaStatus(
  { status }: appsv1.ReplicaSet | corev1.ReplicationController,
  _old: unknown,
  to: ErrorList,
): void {
  const parts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const;
  counts(status, ['replicas', ...parts, 'observedGeneration'], to);
  notAbove(status, parts, 'replicas', 'status.replicas', to);
  notAbove(status, ['availableReplicas'], 'readyReplicas', 'readyReplicas', to);
}
