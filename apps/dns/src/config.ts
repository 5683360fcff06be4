import {
  address,
  apiClientSettings,
  type ConfigOf,
  file,
  integer,
  loadConfig,
  healthSettings,
  metricsSettings,
  servingProblems,
  servingSettings,
  telemetrySettings,
  text,
} from '@skiff/platform';

const settings = {
  ...apiClientSettings('system:kube-dns'),
  bindAddress: address('Where DNS is served, over UDP and TCP', '127.0.0.1'),
  port: integer('The port there', 53, { min: 0, max: 65_535 }),
  clusterDomain: text("The cluster's domain", 'cluster.local', 'name'),
  clusterDns: address('The address under which pods know this server, for ns.dns in its domain'),
  ttl: integer('How many seconds clients may keep an answer', 5, { min: 0, max: 3600 }),
  resolvConf: file('Names the resolvers of other names; without it they fail at once'),
  ...metricsSettings,
  ...healthSettings,
  ...servingSettings,
  ...telemetrySettings,
};

export type Config = ConfigOf<typeof settings>;

/** Throws ConfigError with all problems, or InformationRequest for --help. */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config {
  const source = {
    app: 'dns',
    description: 'Answers the names of Services and pods, after the Kubernetes DNS specification.',
    version: '0.1.0',
    argv,
    env,
  };
  return loadConfig(settings, source, servingProblems);
}
