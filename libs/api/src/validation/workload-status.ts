import type { appsv1, corev1 } from '@skiff/contracts';
import { nonNegative, type ErrorList } from '@skiff/apimachinery';

type Counts<T> = Extract<keyof T, string>;

function counts<T extends object>(status: T | undefined, fields: readonly Counts<T>[], to: ErrorList): void {
  for (const field of fields) nonNegative((status as Partial<Record<string, number>>)?.[field], `status.${field}`, to);
}

/** None of these counts is above another one. */
function notAbove<T extends object>(
  status: T | undefined,
  fields: readonly Counts<T>[],
  most: Counts<T>,
  shown: string,
  to: ErrorList,
): void {
  const values = (status ?? {}) as Partial<Record<string, number>>;
  for (const field of fields) {
    const value = values[field] ?? 0;
    if (value > (values[most] ?? 0)) to.invalid(`status.${field}`, value, `cannot be greater than ${shown}`);
  }
}

/** How often a name was taken, which only grows. */
function collisionsGrow(
  now: { collisionCount?: number | undefined } = {},
  before: { collisionCount?: number | undefined } = {},
  to: ErrorList,
): void {
  if (before.collisionCount === undefined || (now.collisionCount ?? -1) >= before.collisionCount) return;
  to.invalid('status.collisionCount', now.collisionCount ?? 0, 'cannot be decremented');
}

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

/** As ValidateDaemonSetStatusUpdate. */
export function validateDaemonSetStatus(
  { status }: appsv1.DaemonSet,
  { status: before }: appsv1.DaemonSet,
  to: ErrorList,
): void {
  counts(status, ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady'], to);
  counts(status, ['observedGeneration', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable'], to);
  counts(status, ['collisionCount'], to);
  collisionsGrow(status, before, to);
}
