import { choice, fraction, integer, loadConfig, text, type ConfigOf } from '@skiff/platform';

const settings = {
  apiServer: text('The API server', '127.0.0.1:6443', 'host:port'),
  caFile: text("The cluster CA's certificate (PEM)", '', 'file'),
  certFile: text('The client certificate of system:kube-dns (PEM)', '', 'file'),
  keyFile: text('Its private key (PEM)', '', 'file'),
  bindAddress: text('Where DNS is served, over UDP and TCP', '127.0.0.1', 'address'),
  port: integer('The port there', 53, { min: 0, max: 65_535 }),
  clusterDomain: text("The cluster's domain", 'cluster.local', 'name'),
  clusterDns: text('The address under which pods know this server, for ns.dns in its domain', '', 'address'),
  ttl: integer('How many seconds clients may keep an answer', 5, { min: 0, max: 3600 }),
  resolvConf: text('Names the resolvers of other names; without it they fail at once', '', 'file'),
  metricsAddress: text('Where /metrics and /healthz are served; empty is off', '', 'host:port'),
  otlpEndpoint: text('Where traces go by OTLP over gRPC; empty is off', '', 'url'),
  traceSampling: fraction('The share of traces that is kept', 1),
  logLevel: choice('The least level that is logged', ['debug', 'info', 'warn', 'error'], 'info'),
  logFormat: choice('How log lines are written', ['json', 'text'], 'json'),
};

export type Config = ConfigOf<typeof settings>;

/** Throws ConfigError with all problems, or InformationRequest for --help. */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config {
  return loadConfig(settings, {
    app: 'dns',
    description: 'Answers the names of Services and pods, after the Kubernetes DNS specification.',
    version: '0.1.0',
    argv,
    env,
  });
}
