import { ClusterRoleAggregationController } from '../clusterroleaggregation/reconciler';
import { CronJobController } from '../cronjob/reconciler';
import { ApprovingController } from '../csrapproving/reconciler';
import { SigningRequestCleaner } from '../csrcleaner/reconciler';
import { SigningController, type SigningOptions } from '../csrsigning/reconciler';
import { DaemonSetController } from '../daemonset/reconciler';
import { DeploymentController } from '../deployment/reconciler';
import { DisruptionController } from '../disruption/reconciler';
import { EndpointsController } from '../endpoints/reconciler';
import { EndpointSliceController } from '../endpointslice/reconciler';
import { EndpointSliceMirroringController } from '../endpointslicemirroring/reconciler';
import { GarbageCollector } from '../garbagecollector/reconciler';
import { JobController } from '../job/reconciler';
import { LegacyTokenCleaner } from '../legacytokencleaner/reconciler';
import { NamespaceController } from '../namespace/reconciler';
import { NodeIpamController, type NodeIpamOptions } from '../nodeipam/reconciler';
import {
  defaultNodeLifecycleOptions,
  NodeLifecycleController,
  type NodeLifecycleOptions,
} from '../nodelifecycle/reconciler';
import { defaultPodGcOptions, PodGcController, type PodGcOptions } from '../podgc/reconciler';
import { ClaimProtectionController } from '../pvcprotection/reconciler';
import { VolumeProtectionController } from '../pvprotection/reconciler';
import { replicaSetFlavor, replicationControllerFlavor } from '../replicaset/flavor';
import { ReplicaSetController } from '../replicaset/reconciler';
import { ResourceQuotaController } from '../resourcequota/reconciler';
import { RootCaPublisher } from '../root-ca/reconciler';
import { ServiceAccountController } from '../serviceaccount/reconciler';
import { ServiceAccountTokenController } from '../serviceaccounttoken/reconciler';
import type { Controller, ControllerBase } from '../shared/controller';
import { StatefulSetController } from '../statefulset/reconciler';
import { TaintEvictionController } from '../tainteviction/reconciler';
import { TtlAfterFinishedController } from '../ttlafterfinished/reconciler';
import { UnsupportedFeaturesController } from '../unsupported/reconciler';

/** What the controllers need to know of the cluster. */
export interface ControllersOptions {
  /** PEM of the CA that pods trust; without it nothing is published. */
  readonly rootCa?: string;
  /** Where pod ranges of nodes come from; without it none are given. */
  readonly nodeIpam?: NodeIpamOptions;
  readonly nodeLifecycle?: NodeLifecycleOptions;
  readonly podGc?: PodGcOptions;
  readonly maxEndpointsPerSlice?: number;
  /** Of a subset of Endpoints at most so many addresses are mirrored into EndpointSlices. */
  readonly mirroringMaxEndpointsPerSubset?: number;
  /** PEM of the key that signs tokens of service accounts; without it no Secret is filled with one. */
  readonly serviceAccountPrivateKey?: string;
  /** The CA that signs certificates; without it none is signed. */
  readonly signing?: SigningOptions;
}

/** A controller, as it is known under its name. */
export interface Registration {
  /** Makes it; undefined when its options are missing. */
  readonly create: (base: ControllerBase, options: ControllersOptions) => Controller | undefined;
  /** What its keys name, so that its spans say which object they are about; none where keys are no names, such as uids. */
  readonly objectKind?: string;
  /** From whom its events are; default its name. */
  readonly eventSource?: string;
}

/** Every controller by upstream's name, in the order in which they start. */
const registrations: Readonly<Record<string, Registration>> = {
  'namespace-controller': { create: (base) => new NamespaceController(base), objectKind: 'Namespace' },
  'serviceaccount-controller': { create: (base) => new ServiceAccountController(base), objectKind: 'Namespace' },
  'serviceaccount-token-controller': {
    create: (base, { serviceAccountPrivateKey: privateKey, rootCa }) =>
      privateKey === undefined ? undefined : new ServiceAccountTokenController(base, { privateKey, rootCa }),
  },
  'legacy-serviceaccount-token-cleaner-controller': { create: (base) => new LegacyTokenCleaner(base) },
  'root-ca-certificate-publisher-controller': {
    create: (base, { rootCa }) => (rootCa === undefined ? undefined : new RootCaPublisher(base, rootCa)),
    objectKind: 'Namespace',
  },
  'node-ipam-controller': {
    create: (base, { nodeIpam }) => (nodeIpam ? new NodeIpamController(base, nodeIpam) : undefined),
    objectKind: 'Node',
    eventSource: 'cidrAllocator',
  },
  'node-lifecycle-controller': {
    create: (base, { nodeLifecycle }) =>
      new NodeLifecycleController(base, nodeLifecycle ?? defaultNodeLifecycleOptions),
    objectKind: 'Node',
    eventSource: 'node-controller',
  },
  'taint-eviction-controller': { create: (base) => new TaintEvictionController(base), objectKind: 'Pod' },
  'deployment-controller': { create: (base) => new DeploymentController(base), objectKind: 'Deployment' },
  'replicaset-controller': {
    create: (base) => new ReplicaSetController(base, replicaSetFlavor),
    objectKind: 'ReplicaSet',
  },
  'replicationcontroller-controller': {
    create: (base) => new ReplicaSetController(base, replicationControllerFlavor),
    objectKind: 'ReplicationController',
    eventSource: 'replication-controller',
  },
  'daemonset-controller': { create: (base) => new DaemonSetController(base), objectKind: 'DaemonSet' },
  'statefulset-controller': { create: (base) => new StatefulSetController(base), objectKind: 'StatefulSet' },
  'job-controller': { create: (base) => new JobController(base), objectKind: 'Job' },
  'cronjob-controller': { create: (base) => new CronJobController(base), objectKind: 'CronJob' },
  'ttl-after-finished-controller': { create: (base) => new TtlAfterFinishedController(base), objectKind: 'Job' },
  'endpointslice-controller': {
    create: (base, { maxEndpointsPerSlice }) => new EndpointSliceController(base, maxEndpointsPerSlice),
    objectKind: 'Service',
    eventSource: 'endpoint-slice-controller',
  },
  'endpointslice-mirroring-controller': {
    create: (base, { mirroringMaxEndpointsPerSubset }) =>
      new EndpointSliceMirroringController(base, mirroringMaxEndpointsPerSubset),
    objectKind: 'Endpoints',
    eventSource: 'endpoint-slice-mirroring-controller',
  },
  'endpoints-controller': {
    create: (base) => new EndpointsController(base),
    objectKind: 'Service',
    eventSource: 'endpoint-controller',
  },
  'disruption-controller': {
    create: (base) => new DisruptionController(base),
    objectKind: 'PodDisruptionBudget',
    eventSource: 'controllermanager',
  },
  'resourcequota-controller': { create: (base) => new ResourceQuotaController(base) },
  'clusterrole-aggregation-controller': {
    create: (base) => new ClusterRoleAggregationController(base),
    objectKind: 'ClusterRole',
  },
  'certificatesigningrequest-signing-controller': {
    create: (base, { signing }) => (signing ? new SigningController(base, signing) : undefined),
    objectKind: 'CertificateSigningRequest',
  },
  'certificatesigningrequest-approving-controller': {
    create: (base) => new ApprovingController(base),
    objectKind: 'CertificateSigningRequest',
  },
  'certificatesigningrequest-cleaner-controller': {
    create: (base) => new SigningRequestCleaner(base),
    objectKind: 'CertificateSigningRequest',
  },
  'pod-garbage-collector-controller': {
    create: (base, { podGc }) => new PodGcController(base, podGc ?? defaultPodGcOptions),
  },
  'persistentvolumeclaim-protection-controller': { create: (base) => new ClaimProtectionController(base) },
  'persistentvolume-protection-controller': { create: (base) => new VolumeProtectionController(base) },
  'unsupported-features-controller': { create: (base) => new UnsupportedFeaturesController(base) },
  'garbage-collector-controller': { create: (base) => new GarbageCollector(base) },
};

export const controllerNames: readonly string[] = Object.keys(registrations);

/** Throws a RangeError for a name that no controller has. */
export function registrationOf(name: string): Registration {
  const registration = registrations[name];
  if (!registration) throw new RangeError(`no controller is called ${name}`);
  return registration;
}

/**
 * The controllers that a selection such as `['*', '-job-controller']` leaves: a name
 * turns one on, one with a minus in front off, `*` all that are not named. Throws a
 * RangeError for a name that there is none of.
 */
export function selectControllers(selection: readonly string[]): string[] {
  const known = new Set(controllerNames);
  const unknown = selection.filter((item) => item !== '*' && !known.has(item.replace(/^-/, '')));
  if (unknown.length > 0)
    throw new RangeError(
      `"${unknown.join('", "')}" is not in the list of known controllers: ${controllerNames.join(', ')}`,
    );
  return controllerNames.filter(
    (name) => selection.includes(name) || (selection.includes('*') && !selection.includes(`-${name}`)),
  );
}
