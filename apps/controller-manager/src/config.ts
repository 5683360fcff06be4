import { controllerNames, selectControllers } from '@skiff/controllers';
import {
  apiClientSettings,
  certificates,
  cidr,
  componentSettings,
  type ConfigOf,
  configReader,
  duration,
  flag,
  integer,
  leaderElectionSettings,
  list,
  pairProblems,
  positive,
  privateKey,
  servingProblems,
} from '@skiff/platform';

const names = list(`Controllers to run: * is all, name turns one on, -name off. Known: ${controllerNames.join(', ')}`, [
  '*',
]);
const controllers: typeof names = {
  ...names,
  parse(text) {
    const given = names.parse(text);
    selectControllers(given);
    return given;
  },
};

const settings = {
  ...apiClientSettings('system:kube-controller-manager'),
  rootCaFile: certificates('The CA bundle that is published to pods; default is --ca-file'),
  controllers,
  serviceAccountPrivateKeyFile: privateKey(
    'The key that signs tokens for Secrets of service accounts; without it they are not filled',
  ),
  clusterSigningCertFile: certificates('CA that signs CertificateSigningRequests; without it none is signed'),
  clusterSigningKeyFile: privateKey('Key of that CA'),
  clusterSigningDuration: duration('How long certificates are valid unless a request asks for less', 31_536_000_000),
  allocateNodeCidrs: flag('Whether nodes are given pod ranges', true),
  clusterCidr: cidr('The range of all pods', '10.244.0.0/16'),
  nodeCidrMaskSize: integer("Prefix length of each node's pod range", 24, { min: 8, max: 32 }),
  nodeMonitorGracePeriod: duration('How long a node may be silent before it counts as lost', 40_000),
  nodeStartupGracePeriod: duration('The same for a node that has not reported yet', 60_000),
  nodeMonitorPeriod: duration('Time between two looks at a node', 5_000),
  nodeEvictionRate: positive('Nodes a second of a zone whose pods may be evicted', 0.1),
  terminatedPodGcThreshold: integer('How many ended pods are kept; 0 keeps all', 12_500, { min: 0 }),
  maxEndpointsPerSlice: integer('How many endpoints an EndpointSlice holds', 100, { min: 1, max: 1000 }),
  mirroringMaxEndpointsPerSubset: integer('How many addresses of a subset of Endpoints are mirrored', 1000, {
    min: 1,
    max: 1000,
  }),
  ...leaderElectionSettings('controller managers'),
  ...componentSettings,
};

export type Config = ConfigOf<typeof settings>;

export const readConfig = configReader(
  { app: 'controller-manager', description: 'Runs the control loops of a cluster.' },
  settings,
  (config) => [
    ...pairProblems(config, ['clusterSigningCertFile', 'clusterSigningKeyFile']),
    ...servingProblems(config),
  ],
);
