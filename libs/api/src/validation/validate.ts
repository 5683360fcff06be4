import { Kinds, type certificatesv1, type Kind, type metav1 } from '@skiff/contracts';
import { validateAutoscaler, validateAutoscalerV1 } from './autoscaling';
import { validateCronJob } from './batch/cron-job';
import { validateJob, validateJobUpdate } from './batch/job';
import { validateJobStatusUpdate } from './batch/job-status';
import { validateSigningRequest, validateSigningRequestChange } from './certificates';
import * as cluster from './cluster';
import * as configuration from './configuration';
import { defaultNameRule, pathSegmentNameRule, validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { dns1035Label, dns1123Label, type NameRule } from './names';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './endpoint-slice';
import { validateEvent, validateEventsEvent, validateEventsEventUpdate } from './event';
import * as network from './network';
import { validateNode, validateNodeUpdate } from './node';
import { validatePodCreate, validatePodTemplate } from './pod/pod';
import { validatePodStatusUpdate } from './pod/status';
import { validateEphemeralUpdate, validatePodUpdate } from './pod/update';
import { Problems } from './problems';
import { validateLimitRange, validateResourceQuota, validateResourceQuotaUpdate } from './quotas';
import { validateServiceStatusUpdate } from './service/load-balancer';
import { validateService } from './service/service';
import { validateServiceUpdate } from './service/update';
import * as storage from './storage';
import * as status from './workload-status';
import * as workloads from './workloads';

type Check<T> = (object: T, to: Problems) => void;
type Compare<T> = (object: T, old: T, to: Problems) => void;

interface Rules<T> {
  /** The rule for names; default: a DNS-1123 subdomain. */
  readonly name?: NameRule;
  readonly create?: Check<T>;
  /** A change of the object itself; default: the rules of creation. */
  readonly update?: Compare<T>;
  /** A change through a subresource: metadata is always checked. */
  readonly subresources?: Readonly<Record<string, Compare<T>>>;
}

const rules = new Map<string, Rules<never>>();
const register = <T>(kind: Kind<T>, of: Rules<T>): unknown => rules.set(kind.message, of);
/** The rules of creation, and more that hold between the old object and the new. */
const also =
  <T>(check: Check<T>, compare: Compare<T>): Compare<T> =>
  (object, old, to) => {
    check(object, to);
    compare(object, old, to);
  };

register(Kinds.Pod, {
  create: validatePodCreate,
  update: validatePodUpdate,
  subresources: {
    status: validatePodStatusUpdate,
    ephemeralcontainers: validateEphemeralUpdate,
    // No kubelet of Skiff resizes a pod in place, so what was asked for stays as it is.
    resize: validatePodUpdate,
  },
});
register(Kinds.PodTemplate, { create: ({ template }, to) => validatePodTemplate(template, 'template', to) });
register(Kinds.Service, {
  name: dns1035Label,
  create: validateService,
  update: validateServiceUpdate,
  subresources: { status: validateServiceStatusUpdate },
});
register(Kinds.Namespace, {
  name: dns1123Label,
  subresources: { finalize: (namespace, _old, to) => configuration.validateNamespaceFinalize(namespace, to) },
});
register(Kinds.Node, {
  create: validateNode,
  update: validateNodeUpdate,
  subresources: { status: validateNodeUpdate },
});
register(Kinds.ConfigMap, { create: configuration.validateConfigMap, update: configuration.validateConfigMapUpdate });
register(Kinds.Secret, { create: configuration.validateSecret, update: configuration.validateSecretUpdate });
register(Kinds.Event, { create: validateEvent });
register(Kinds.EventsEvent, { create: validateEventsEvent, update: validateEventsEventUpdate });
register(Kinds.PersistentVolumeClaim, { create: storage.validateClaim, update: storage.validateClaimUpdate });
register(Kinds.PersistentVolume, { create: storage.validateVolume, update: storage.validateVolumeUpdate });
register(Kinds.ResourceQuota, { create: validateResourceQuota, update: validateResourceQuotaUpdate });
register(Kinds.LimitRange, { create: validateLimitRange });
register(Kinds.HorizontalPodAutoscaler, { create: validateAutoscaler });
register(Kinds.HorizontalPodAutoscalerV1, { create: validateAutoscalerV1 });
register(Kinds.ReplicationController, {
  create: workloads.validateController,
  subresources: { status: status.validateReplicaStatus },
});
register(Kinds.Deployment, {
  create: workloads.validateDeployment,
  update: also(workloads.validateDeployment, workloads.immutableSelector),
  subresources: { status: status.validateDeploymentStatus },
});
register(Kinds.ReplicaSet, {
  create: workloads.validateReplicaSet,
  update: also(workloads.validateReplicaSet, workloads.immutableSelector),
  subresources: { status: status.validateReplicaStatus },
});
register(Kinds.DaemonSet, {
  create: workloads.validateDaemonSet,
  update: also(workloads.validateDaemonSet, workloads.immutableSelector),
  subresources: { status: status.validateDaemonSetStatus },
});
register(Kinds.StatefulSet, {
  create: workloads.validateStatefulSet,
  update: also(workloads.validateStatefulSet, workloads.validateStatefulSetUpdate),
  subresources: { status: status.validateStatefulSetStatus },
});
register(Kinds.Job, {
  create: validateJob,
  update: also(validateJob, validateJobUpdate),
  subresources: { status: validateJobStatusUpdate },
});
register(Kinds.CronJob, { create: validateCronJob });
register(Kinds.EndpointSlice, { create: validateEndpointSlice, update: validateEndpointSliceUpdate });
register(Kinds.Ingress, { create: network.validateIngress });
register(Kinds.NetworkPolicy, { create: network.validateNetworkPolicy });
register(Kinds.Lease, { create: cluster.validateLease });
register(Kinds.Role, { name: pathSegmentNameRule, create: cluster.validateRole });
register(Kinds.ClusterRole, { name: pathSegmentNameRule, create: cluster.validateClusterRole });
register(Kinds.RoleBinding, {
  name: pathSegmentNameRule,
  create: cluster.validateRoleBinding,
  update: also(cluster.validateRoleBinding, cluster.fixedRole),
});
register(Kinds.ClusterRoleBinding, {
  name: pathSegmentNameRule,
  create: cluster.validateClusterRoleBinding,
  update: also(cluster.validateClusterRoleBinding, cluster.fixedRole),
});
register(Kinds.PriorityClass, {
  create: cluster.validatePriorityClass,
  update: cluster.fixedPriority,
});
register(Kinds.PodDisruptionBudget, { create: cluster.validateDisruptionBudget });
register(Kinds.StorageClass, { create: storage.validateStorageClass, update: storage.validateStorageClassUpdate });
register(Kinds.CertificateSigningRequest, {
  // Upstream does not care what a request is called.
  name: () => [],
  create: validateSigningRequest,
  update: changeOfSigningRequest(''),
  subresources: { status: changeOfSigningRequest('status'), approval: changeOfSigningRequest('approval') },
});
// Upstream takes any name that fits in a path.
register(Kinds.APIService, { name: pathSegmentNameRule });
register(Kinds.IPAddress, { name: pathSegmentNameRule });

function changeOfSigningRequest(subresource: string): Compare<certificatesv1.CertificateSigningRequest> {
  return also(validateSigningRequest, (request, old, to) =>
    validateSigningRequestChange(request, old, subresource, to),
  );
}

const unstored = new Set(['authentication.k8s.io', 'authorization.k8s.io']);

interface Meta {
  metadata?: metav1.ObjectMeta | undefined;
}

function rulesOf<T>(kind: Kind<T>): Rules<T> {
  // Registered under the message that describes T.
  return (rules.get(kind.message) ?? {}) as Rules<T>;
}

/**
 * Holds a new, defaulted object to the rules of its kind. Throws a 422 StatusError
 * that names every mistake, in upstream's words and order.
 */
export function validateCreate<T extends Meta>(kind: Kind<T>, object: T): void {
  // Reviews are answered and never stored, so they need no name.
  if (unstored.has(kind.group)) return;
  const problems = new Problems();
  const { name = defaultNameRule, create } = rulesOf(kind);
  validateObjectMeta(object.metadata, kind.namespaced, name, 'metadata', problems);
  create?.(object, problems);
  raise(kind, object, problems);
}

/**
 * Holds a changed object to the rules of its kind; `subresource` is empty for the
 * object itself. Throws as {@link validateCreate} does.
 */
export function validateUpdate<T extends Meta>(kind: Kind<T>, object: T, old: T, subresource: string): void {
  const problems = new Problems();
  const { create, update, subresources } = rulesOf(kind);
  // Upstream checks changed metadata twice: for every kind, and again in the kind's own rules.
  validateObjectMetaUpdate(object.metadata, old.metadata, 'metadata', problems);
  validateObjectMetaUpdate(object.metadata, old.metadata, 'metadata', problems);
  if (subresource !== '') subresources?.[subresource]?.(object, old, problems);
  else if (update) update(object, old, problems);
  else create?.(object, problems);
  raise(kind, object, problems);
}

function raise<T extends Meta>(kind: Kind<T>, object: T, problems: Problems): void {
  const error = problems.toError(kind, object.metadata?.name ?? '');
  if (error) throw error;
}
