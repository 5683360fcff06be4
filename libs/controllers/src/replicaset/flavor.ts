import type { ApiObject } from '@skiff/apimachinery';
import { Kinds, type appsv1, type corev1, type Kind } from '@skiff/contracts';

/** A kind that keeps a number of pods: ReplicaSet, or ReplicationController seen as one. */
export interface Flavor<T extends ApiObject> {
  readonly kind: Kind<T>;
  asReplicaSet(object: T): appsv1.ReplicaSet;
  withStatus(object: T, status: appsv1.ReplicaSetStatus): T;
}

export const replicaSetFlavor: Flavor<appsv1.ReplicaSet> = {
  kind: Kinds.ReplicaSet,
  asReplicaSet: (replicaSet) => replicaSet,
  withStatus: (replicaSet, status) => ({ ...replicaSet, status }),
};

/** A ReplicationController is a ReplicaSet whose selector is a plain map. */
export const replicationControllerFlavor: Flavor<corev1.ReplicationController> = {
  kind: Kinds.ReplicationController,
  asReplicaSet: (object) => ({
    metadata: object.metadata,
    spec: { ...object.spec, selector: { matchLabels: object.spec?.selector ?? {} } },
    status: object.status,
  }),
  withStatus: (object, status) => ({
    ...object,
    status: {
      replicas: status.replicas,
      fullyLabeledReplicas: status.fullyLabeledReplicas,
      readyReplicas: status.readyReplicas,
      availableReplicas: status.availableReplicas,
      observedGeneration: status.observedGeneration,
      conditions: status.conditions,
    },
  }),
};
