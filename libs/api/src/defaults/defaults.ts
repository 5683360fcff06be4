import { Kinds, type Kind } from '@skiff/contracts';
import {
  defaultEndpoints,
  defaultEndpointSlice,
  defaultIngressClass,
  defaultNetworkPolicy,
  defaultService,
} from './network';
import {
  defaultAutoscaler,
  defaultCsiDriver,
  defaultLimitRange,
  defaultNamespace,
  defaultNode,
  defaultPersistentVolume,
  defaultPersistentVolumeClaim,
  defaultPriorityClass,
  defaultRoleBinding,
  defaultSecret,
  defaultStorageClass,
  defaultTokenRequest,
  defaultWebhooks,
} from './others';
import { defaultPod } from './pod';
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultPodTemplate,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
} from './workloads';

type Defaulter = (object: never) => void;
const defaulters = new Map<string, Defaulter>();

function register<T>(kind: Kind<T>, defaulter: (object: T) => void): void {
  defaulters.set(kind.message, defaulter);
}

register(Kinds.Pod, defaultPod);
register(Kinds.PodTemplate, defaultPodTemplate);
register(Kinds.Deployment, defaultDeployment);
register(Kinds.ReplicaSet, defaultReplicaSet);
register(Kinds.DaemonSet, defaultDaemonSet);
register(Kinds.StatefulSet, defaultStatefulSet);
register(Kinds.ReplicationController, defaultReplicationController);
register(Kinds.Job, defaultJob);
register(Kinds.CronJob, defaultCronJob);
register(Kinds.Service, defaultService);
register(Kinds.Endpoints, defaultEndpoints);
register(Kinds.EndpointSlice, defaultEndpointSlice);
register(Kinds.IngressClass, defaultIngressClass);
register(Kinds.NetworkPolicy, defaultNetworkPolicy);
register(Kinds.Secret, defaultSecret);
register(Kinds.Namespace, defaultNamespace);
register(Kinds.Node, defaultNode);
register(Kinds.LimitRange, defaultLimitRange);
register(Kinds.TokenRequest, defaultTokenRequest);
register(Kinds.PersistentVolume, defaultPersistentVolume);
register(Kinds.PersistentVolumeClaim, defaultPersistentVolumeClaim);
register(Kinds.StorageClass, defaultStorageClass);
register(Kinds.CSIDriver, defaultCsiDriver);
register(Kinds.PriorityClass, defaultPriorityClass);
register(Kinds.RoleBinding, defaultRoleBinding);
register(Kinds.ClusterRoleBinding, defaultRoleBinding);
register(Kinds.HorizontalPodAutoscaler, defaultAutoscaler);
register(Kinds.ValidatingWebhookConfiguration, defaultWebhooks);
register(Kinds.MutatingWebhookConfiguration, defaultWebhooks);

/** Fills an object with the defaults of its kind, in place, as upstream 1.35. */
export function applyDefaults<T>(kind: Kind<T>, object: T): void {
  defaulters.get(kind.message)?.(object as never);
}
