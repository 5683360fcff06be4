import { apiVersionOf, type Kind } from '@skiff/contracts';
import { fieldText, type ApiObject } from '@skiff/apimachinery';
import { versionedStorageOf } from '../cache/conversions';
import type { VersionedStorage } from '../cache/versioned-storage';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** All that the registry knows of a resource; there is nothing else to write for one. */
export interface ResourceDefinition<T extends ApiObject = ApiObject> {
  readonly kind: Kind<T>;
  readonly verbs: readonly Verb[];
  /** Whether it has a status that is written apart from the rest. */
  readonly status: boolean;
  /** Whether metadata.generation counts the changes of its specification. */
  readonly generation: boolean;
  /** Whether replicas are read and written through `scale`. */
  readonly scale: boolean;
  /** Whether who deletes an object is told what it was; else that it is gone. */
  readonly answersDeleted: boolean;
  /** Below it all objects are stored: several versions of a kind share one. */
  readonly storagePrefix: string;
  /** Absent when objects are stored as they are served. */
  readonly storage?: VersionedStorage;
  /** Field selectors besides metadata.name and metadata.namespace: how each is read. */
  readonly selectableFields: Readonly<Record<string, (object: ApiObject) => string>>;
  /** What everybody is told who uses a kind that is on its way out. */
  readonly deprecation?: string;
}

const everything: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Names a resource as errors do: "deployments.apps", or "pods". */
export function qualifiedResource(kind: Pick<Kind, 'group' | 'plural'>): string {
  return kind.group ? `${kind.plural}.${kind.group}` : kind.plural;
}

export const resourceKey = (group: string, version: string, resource: string): string =>
  `${group}/${version}/${resource}`;

const byPath = (...paths: string[]): Record<string, (object: ApiObject) => string> =>
  Object.fromEntries(paths.map((path) => [path, (object: ApiObject) => fieldText(object, path)]));

const flag = (path: string): Record<string, (object: ApiObject) => string> => ({
  [path]: (object) => fieldText(object, path) || 'false',
});
const count = (path: string): Record<string, (object: ApiObject) => string> => ({
  [path]: (object) => fieldText(object, path) || '0',
});

const eventFields = byPath(
  ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
    (field) => `involvedObject.${field}`,
  ),
  ...['reason', 'reportingComponent', 'type'],
);

const selectable: Readonly<Record<string, Record<string, (object: ApiObject) => string>>> = {
  '/pods': {
    ...byPath(
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ),
    ...flag('spec.hostNetwork'),
  },
  '/nodes': flag('spec.unschedulable'),
  '/namespaces': byPath('status.phase'),
  '/secrets': byPath('type'),
  '/services': byPath('spec.clusterIP', 'spec.type'),
  '/replicationcontrollers': count('status.replicas'),
  '/events': {
    ...eventFields,
    source: (object) => fieldText(object, 'source.component') || fieldText(object, 'reportingComponent'),
  },
  'events.k8s.io/events': {
    ...Object.fromEntries(
      ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((field) => [
        `regarding.${field}`,
        (object: ApiObject) => fieldText(object, `regarding.${field}`),
      ]),
    ),
    ...byPath('reason', 'type'),
    reportingController: (object) => fieldText(object, 'reportingController'),
  },
  'apps/replicasets': count('status.replicas'),
  'batch/jobs': { 'status.successful': (object) => fieldText(object, 'status.succeeded') || '0' },
  'certificates.k8s.io/certificatesigningrequests': byPath('spec.signerName'),
};

const withoutStatus = new Set([
  ...[
    'bindings',
    'componentstatuses',
    'configmaps',
    'endpoints',
    'events',
    'limitranges',
    'podtemplates',
    'secrets',
    'serviceaccounts',
  ].map((name) => `/${name}`),
  'apps/controllerrevisions',
  'coordination.k8s.io/leases',
  'discovery.k8s.io/endpointslices',
  'events.k8s.io/events',
]);
const statusGroups = new Set([
  '',
  'apps',
  'batch',
  'autoscaling',
  'policy',
  'certificates.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
]);
const otherStatus = new Set([
  'networking.k8s.io/ingresses',
  'networking.k8s.io/servicecidrs',
  'resource.k8s.io/resourceclaims',
  'storage.k8s.io/volumeattachments',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
]);
const scalable = new Set(['/replicationcontrollers', 'apps/deployments', 'apps/replicasets', 'apps/statefulsets']);
const generationless = new Set([
  ...[
    'configmaps',
    'endpoints',
    'events',
    'limitranges',
    'namespaces',
    'nodes',
    'persistentvolumeclaims',
    'persistentvolumes',
    'resourcequotas',
    'secrets',
    'serviceaccounts',
    'services',
    'podtemplates',
  ].map((name) => `/${name}`),
  ...['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].map(
    (name) => `rbac.authorization.k8s.io/${name}`,
  ),
  'apps/controllerrevisions',
  'autoscaling/horizontalpodautoscalers',
  'certificates.k8s.io/certificatesigningrequests',
  'coordination.k8s.io/leases',
  'events.k8s.io/events',
  'node.k8s.io/runtimeclasses',
  'apiregistration.k8s.io/apiservices',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/csistoragecapacities',
  'networking.k8s.io/ipaddresses',
]);
/** Upstream: ReturnDeletedObject of the stores of pkg/registry. */
const answersDeleted = new Set([
  ...['persistentvolumeclaims', 'persistentvolumes', 'pods', 'podtemplates', 'resourcequotas', 'serviceaccounts'].map(
    (name) => `/${name}`,
  ),
  '/services',
  ...['deviceclasses', 'resourceclaims', 'resourceclaimtemplates', 'resourceslices'].map(
    (name) => `resource.k8s.io/${name}`,
  ),
  ...['csidrivers', 'csinodes', 'storageclasses', 'volumeattachments', 'volumeattributesclasses'].map(
    (name) => `storage.k8s.io/${name}`,
  ),
]);
/** Resources of which only reviews or actions can be created. */
const actions = new Set([
  '/bindings',
  'authentication.k8s.io/tokenreviews',
  'authentication.k8s.io/selfsubjectreviews',
]);

/** Upstream: the APILifecycle functions of the kinds. */
const deprecations: Readonly<Record<string, string>> = {
  '/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
  '/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

/** The definition of a resource by what its kind says. */
export function defineResource<T extends ApiObject>(kind: Kind<T>): ResourceDefinition<T> {
  const name = `${kind.group}/${kind.plural}`;
  const action = actions.has(name) || kind.group === 'authorization.k8s.io';
  const storedAs =
    kind.group === 'events.k8s.io' ? 'events' : kind.group ? `${kind.group}/${kind.plural}` : kind.plural;
  const verbs = action
    ? (['create'] as const)
    : kind.plural === 'componentstatuses'
      ? (['get', 'list'] as const)
      : kind.plural === 'namespaces'
        ? everything.filter((verb) => verb !== 'deletecollection')
        : everything;
  const deprecation = deprecations[name];
  const storage = versionedStorageOf(kind);
  return {
    kind,
    verbs,
    status: !action && !withoutStatus.has(name) && (statusGroups.has(kind.group) || otherStatus.has(name)),
    generation: !generationless.has(name),
    scale: scalable.has(name),
    answersDeleted: answersDeleted.has(name),
    storagePrefix: `/registry/${storedAs}/`,
    ...(storage ? { storage } : {}),
    selectableFields: selectable[name] ?? {},
    ...(deprecation === undefined ? {} : { deprecation }),
  };
}

export const groupVersionOf = (definition: ResourceDefinition): string => apiVersionOf(definition.kind);
