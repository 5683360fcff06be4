import { admissionPluginProblems } from '@skiff/api-server';
import {
  choice,
  ConfigError,
  type ConfigOf,
  integer,
  list,
  loadConfig,
  telemetrySettings,
  text,
} from '@skiff/platform';

export const settings = {
  bindAddress: list('Addresses to listen on.', ['127.0.0.1']),
  port: integer('Port for HTTPS and gRPC.', 6443, { min: 0, max: 65535 }),
  advertiseAddress: text(
    'Address, or a name that resolves to it, under which pods reach this server through the kubernetes Service.',
    '127.0.0.1',
  ),
  store: choice('Where objects are kept: embedded admits one API server.', ['embedded', 'etcd'], 'embedded'),
  dataDir: text('Folder of the embedded store.', 'skiff-data', 'folder'),
  etcdEndpoints: list('URLs of etcd.', ['http://127.0.0.1:2379']),
  etcdCaFile: text('CA that signs the certificates of etcd.', '', 'file'),
  etcdCertFile: text('Certificate to show to etcd.', '', 'file'),
  etcdKeyFile: text('Key of that certificate.', '', 'file'),
  tlsCertFile: text('Certificate of this server.', '', 'file'),
  tlsKeyFile: text('Key of that certificate.', '', 'file'),
  clientCaFile: text('CA that signs the certificates of clients.', '', 'file'),
  serviceAccountKeyFile: text('Private key that signs the tokens of service accounts.', '', 'file'),
  serviceAccountIssuer: text('Who the tokens say issued them.', 'https://kubernetes.default.svc.cluster.local', 'URL'),
  serviceClusterIpRange: text('Range from which Services get their cluster IP.', '10.96.0.0/16', 'CIDR'),
  serviceNodePortRange: text('Range from which Services get their node ports.', '30000-32767', 'ports'),
  enableAdmissionPlugins: list("Admission plugins to run besides the default ones, by Kubernetes' names.", []),
  disableAdmissionPlugins: list('Admission plugins not to run, though they are on by default.', []),
  kubeletCaFile: text('CA that signs the certificates of kubelets.', '', 'file'),
  kubeletCertFile: text('Certificate to show to kubelets.', '', 'file'),
  kubeletKeyFile: text('Key of that certificate.', '', 'file'),
  ...telemetrySettings,
} as const;

export type ApiServerConfig = ConfigOf<typeof settings>;

/** Throws ConfigError with all problems, or InformationRequest for --help. */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): ApiServerConfig {
  const config = loadConfig(settings, {
    app: 'api-server',
    description: 'Serves the Kubernetes API over REST and gRPC.',
    version: '0.1.0',
    argv,
    env,
  });
  const problems = admissionPluginProblems({
    enable: config.enableAdmissionPlugins,
    disable: config.disableAdmissionPlugins,
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}
