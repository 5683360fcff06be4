import type { ApiObject } from '@skiff/apimachinery';
import type { appsv1, batchv1, corev1, metav1 } from '@skiff/contracts';

/** Parts of an object that a test cares about; what it leaves out is filled in. */
export interface Overrides<T extends { metadata?: metav1.ObjectMeta | undefined; spec?: unknown; status?: unknown }> {
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly owner?: ApiObject;
  readonly spec?: T['spec'];
  readonly status?: T['status'];
}

function metadataOf(
  name: string,
  overrides: Overrides<ApiObject & { spec?: unknown; status?: unknown }>,
): metav1.ObjectMeta {
  const { namespace, labels, annotations, owner } = overrides;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(owner === undefined ? {} : { ownerReferences: [ownerReference(owner)] }),
  };
}

/** A reference to the object as the controller of another. */
export function ownerReference(owner: ApiObject): metav1.OwnerReference {
  const { kind = '', apiVersion = '', metadata } = owner;
  const { name = '', uid = '' } = metadata ?? {};
  return { kind, apiVersion, name, uid, controller: true, blockOwnerDeletion: true };
}

const container = { name: 'main', image: 'busybox' };

/** A pod with one container, in namespace default. */
export function pod(name: string, overrides: Overrides<corev1.Pod> = {}): corev1.Pod {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: metadataOf(name, { namespace: 'default', ...overrides }),
    spec: { containers: [container], ...overrides.spec },
    ...(overrides.status === undefined ? {} : { status: overrides.status }),
  };
}

/** A Ready node that holds 4 CPUs, 8 GiB and 110 pods. */
export function node(name: string, overrides: Overrides<corev1.Node> = {}): corev1.Node {
  const resources = { cpu: '4', memory: '8Gi', pods: '110' };
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: metadataOf(name, overrides),
    spec: { ...overrides.spec },
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
      ...overrides.status,
    },
  };
}

function template(labels: Record<string, string>): corev1.PodTemplateSpec {
  return { metadata: { labels }, spec: { containers: [container] } };
}

/** A Deployment of one replica that selects `app: <name>`, in namespace default. */
export function deployment(name: string, overrides: Overrides<appsv1.Deployment> = {}): appsv1.Deployment {
  const labels = { app: name };
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: metadataOf(name, { namespace: 'default', labels, ...overrides }),
    spec: { replicas: 1, selector: { matchLabels: labels }, template: template(labels), ...overrides.spec },
    ...(overrides.status === undefined ? {} : { status: overrides.status }),
  };
}

/** A ReplicaSet of one replica that selects `app: <name>`, in namespace default. */
export function replicaSet(name: string, overrides: Overrides<appsv1.ReplicaSet> = {}): appsv1.ReplicaSet {
  const labels = { app: name };
  return {
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    metadata: metadataOf(name, { namespace: 'default', labels, ...overrides }),
    spec: { replicas: 1, selector: { matchLabels: labels }, template: template(labels), ...overrides.spec },
    ...(overrides.status === undefined ? {} : { status: overrides.status }),
  };
}

/** A Job of one completion, in namespace default. */
export function job(name: string, overrides: Overrides<batchv1.Job> = {}): batchv1.Job {
  return {
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: metadataOf(name, { namespace: 'default', ...overrides }),
    spec: {
      template: { spec: { containers: [container], restartPolicy: 'Never' } },
      ...overrides.spec,
    },
    ...(overrides.status === undefined ? {} : { status: overrides.status }),
  };
}

/** A Service of type ClusterIP on port 80 that selects `app: <name>`, in namespace default. */
export function service(name: string, overrides: Overrides<corev1.Service> = {}): corev1.Service {
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: metadataOf(name, { namespace: 'default', ...overrides }),
    spec: { type: 'ClusterIP', selector: { app: name }, ports: [{ port: 80, protocol: 'TCP' }], ...overrides.spec },
    ...(overrides.status === undefined ? {} : { status: overrides.status }),
  };
}

/** A ConfigMap in namespace default. */
export function configMap(name: string, data: Record<string, string> = {}, namespace = 'default'): corev1.ConfigMap {
  return { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace }, data };
}

/** An active Namespace. */
export function namespace(name: string): corev1.Namespace {
  return { kind: 'Namespace', apiVersion: 'v1', metadata: { name }, status: { phase: 'Active' } };
}
