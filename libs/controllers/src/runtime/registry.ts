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

type Constructor = (base: ControllerBase, options: ControllersOptions) => Controller | undefined;

/** Every controller by upstream's name, in the order in which they start. */
const constructors: Readonly<Record<string, Constructor>> = {
  'namespace-controller': (base) => new NamespaceController(base),
  'serviceaccount-controller': (base) => new ServiceAccountController(base),
  'serviceaccount-token-controller': (base, { serviceAccountPrivateKey: privateKey, rootCa }) =>
    privateKey === undefined ? undefined : new ServiceAccountTokenController(base, { privateKey, rootCa }),
  'legacy-serviceaccount-token-cleaner-controller': (base) => new LegacyTokenCleaner(base),
  'root-ca-certificate-publisher-controller': (base, { rootCa }) =>
    rootCa === undefined ? undefined : new RootCaPublisher(base, rootCa),
  'node-ipam-controller': (base, { nodeIpam }) => (nodeIpam ? new NodeIpamController(base, nodeIpam) : undefined),
  'node-lifecycle-controller': (base, { nodeLifecycle }) =>
    new NodeLifecycleController(base, nodeLifecycle ?? defaultNodeLifecycleOptions),
  'taint-eviction-controller': (base) => new TaintEvictionController(base),
  'deployment-controller': (base) => new DeploymentController(base),
  'replicaset-controller': (base) => new ReplicaSetController(base, replicaSetFlavor),
  'replicationcontroller-controller': (base) => new ReplicaSetController(base, replicationControllerFlavor),
  'daemonset-controller': (base) => new DaemonSetController(base),
  'statefulset-controller': (base) => new StatefulSetController(base),
  'job-controller': (base) => new JobController(base),
  'cronjob-controller': (base) => new CronJobController(base),
  'ttl-after-finished-controller': (base) => new TtlAfterFinishedController(base),
  'endpointslice-controller': (base, { maxEndpointsPerSlice }) =>
    new EndpointSliceController(base, maxEndpointsPerSlice),
  'endpointslice-mirroring-controller': (base, { mirroringMaxEndpointsPerSubset }) =>
    new EndpointSliceMirroringController(base, mirroringMaxEndpointsPerSubset),
  'endpoints-controller': (base) => new EndpointsController(base),
  'disruption-controller': (base) => new DisruptionController(base),
  'resourcequota-controller': (base) => new ResourceQuotaController(base),
  'clusterrole-aggregation-controller': (base) => new ClusterRoleAggregationController(base),
  'certificatesigningrequest-signing-controller': (base, { signing }) =>
    signing ? new SigningController(base, signing) : undefined,
  'certificatesigningrequest-approving-controller': (base) => new ApprovingController(base),
  'certificatesigningrequest-cleaner-controller': (base) => new SigningRequestCleaner(base),
  'pod-garbage-collector-controller': (base, { podGc }) => new PodGcController(base, podGc ?? defaultPodGcOptions),
  'persistentvolumeclaim-protection-controller': (base) => new ClaimProtectionController(base),
  'persistentvolume-protection-controller': (base) => new VolumeProtectionController(base),
  'unsupported-features-controller': (base) => new UnsupportedFeaturesController(base),
  'garbage-collector-controller': (base) => new GarbageCollector(base),
};

export const controllerNames: readonly string[] = Object.keys(constructors);

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

/** Makes one controller; undefined when its options are missing. Throws a RangeError for an unknown name. */
export function createController(
  name: string,
  base: ControllerBase,
  options: ControllersOptions,
): Controller | undefined {
  const constructor = constructors[name];
  if (!constructor) throw new RangeError(`no controller is called ${name}`);
  return constructor(base, options);
}
