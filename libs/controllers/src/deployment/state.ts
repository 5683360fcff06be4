import type { appsv1, corev1 } from '@skiff/contracts';

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
