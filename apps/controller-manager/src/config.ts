import { existsSync } from 'node:fs';
import { controllerNames, selectControllers } from '@skiff/controllers';
import {
  apiClientSettings,
  ConfigError,
  type ConfigOf,
  duration,
  flag,
  integer,
  leaderElectionSettings,
  list,
  loadConfig,
  healthSettings,
  metricsSettings,
  telemetrySettings,
  text,
} from '@skiff/platform';

const settings = {
  ...apiClientSettings('system:kube-controller-manager'),
  rootCaFile: text('The CA bundle that is published to pods; default is --ca-file', '', 'file'),
  controllers: list(
    `Controllers to run: * is all, name turns one on, -name off. Known: ${controllerNames.join(', ')}`,
    ['*'],
  ),
  allocateNodeCidrs: flag('Whether nodes are given pod ranges', true),
  clusterCidr: text('The range of all pods', '10.244.0.0/16', 'cidr'),
  nodeCidrMaskSize: integer("Prefix length of each node's pod range", 24, { min: 8, max: 32 }),
  nodeMonitorGracePeriod: duration('How long a node may be silent before it counts as lost', 40_000),
  nodeStartupGracePeriod: duration('The same for a node that has not reported yet', 60_000),
  nodeMonitorPeriod: duration('Time between two looks at a node', 5_000),
  nodeEvictionRate: text('Nodes a second of a zone whose pods may be evicted', '0.1', 'number'),
  terminatedPodGcThreshold: integer('How many ended pods are kept; 0 keeps all', 12_500, { min: 0 }),
  maxEndpointsPerSlice: integer('How many endpoints an EndpointSlice holds', 100, { min: 1, max: 1000 }),
  ...leaderElectionSettings('controller managers'),
  ...metricsSettings,
  ...healthSettings,
  ...telemetrySettings,
};

export type Config = ConfigOf<typeof settings>;

/** Throws ConfigError with all problems, or InformationRequest for --help. */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config {
  const config = loadConfig(settings, {
    app: 'controller-manager',
    description: 'Runs the control loops of a cluster.',
    version: '0.1.0',
    argv,
    env,
  });
  const problems = problemsOf(config);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function problemsOf(config: Config): string[] {
  const problems: string[] = [];
  if (!config.caFile) problems.push('--ca-file is needed to trust the API server');
  const files = {
    '--ca-file': config.caFile,
    '--cert-file': config.certFile,
    '--key-file': config.keyFile,
    '--root-ca-file': config.rootCaFile,
  };
  for (const [name, file] of Object.entries(files)) {
    if (file && !existsSync(file)) problems.push(`${name}: there is no file ${file}`);
  }
  if (!(Number(config.nodeEvictionRate) > 0)) {
    problems.push(`--node-eviction-rate: expected a number above 0, not "${config.nodeEvictionRate}"`);
  }
  try {
    selectControllers(config.controllers);
  } catch (error) {
    problems.push(`--controllers: ${(error as Error).message}`);
  }
  return problems;
}
