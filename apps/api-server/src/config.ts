import { admissionPluginProblems } from '@skiff/admission-plugins';
import {
  certificates,
  choice,
  cidr,
  type ConfigOf,
  configReader,
  file,
  flag,
  integer,
  list,
  needed,
  pairProblems,
  privateKey,
  telemetrySettings,
  text,
  url,
} from '@skiff/platform';
import { auditProblems, auditSettings } from './audit-settings';
import { encryptionFileProblem } from './encryption-file';

const settings = {
  bindAddress: list('Addresses to listen on', ['127.0.0.1']),
  port: integer('Port for HTTPS and gRPC', 6443, { min: 0, max: 65535 }),
  advertiseAddress: text(
    'Address, or a name that resolves to it, under which pods reach this server through the kubernetes Service',
    '127.0.0.1',
  ),
  store: choice('Where objects are kept: embedded admits one API server', ['embedded', 'etcd'], 'embedded'),
  dataDir: text('Folder of the embedded store', 'skiff-data', 'folder'),
  etcdEndpoints: list('URLs of etcd', ['http://127.0.0.1:2379'], url),
  etcdCaFile: certificates('CA that signs the certificates of etcd'),
  etcdCertFile: certificates('Certificate to show to etcd'),
  etcdKeyFile: privateKey('Key of that certificate'),
  tlsCertFile: needed(certificates('Certificate of this server')),
  tlsKeyFile: needed(privateKey('Key of that certificate')),
  clientCaFile: needed(certificates('CA that signs the certificates of clients')),
  serviceAccountKeyFile: needed(privateKey('Private key that signs the tokens of service accounts')),
  serviceAccountIssuer: url('Who the tokens say issued them', 'https://kubernetes.default.svc.cluster.local'),
  serviceClusterIpRange: cidr('Range from which Services get their cluster IP', '10.96.0.0/16'),
  serviceNodePortRange: text('Range from which Services get their node ports', '30000-32767', 'ports'),
  enableAdmissionPlugins: list("Admission plugins to run besides the default ones, by Kubernetes' names.", []),
  disableAdmissionPlugins: list('Admission plugins not to run, though they are on by default', []),
  encryptionProviderConfig: file('EncryptionConfiguration: which resources are encrypted in the store; empty is none'),
  encryptionProviderConfigAutomaticReload: flag('Whether that file is read again when it changes'),
  kubeletCaFile: certificates('CA that signs the certificates of kubelets'),
  kubeletCertFile: certificates('Certificate to show to kubelets'),
  kubeletKeyFile: privateKey('Key of that certificate'),
  proxyClientCertFile: certificates('Certificate by which API servers behind APIServices know this one'),
  proxyClientKeyFile: privateKey('Key of that certificate'),
  requestheaderClientCaFile: certificates(
    'CA that signs the certificates of those who may say in headers for whom they ask; empty is nobody',
  ),
  requestheaderAllowedNames: list('Common names of those certificates; empty is any that the CA signed', []),
  requestheaderUsernameHeaders: list('Headers that name the user, in the order in which they are looked for', [
    'X-Remote-User',
  ]),
  requestheaderUidHeaders: list('Headers that have the uid of the user', ['X-Remote-Uid']),
  requestheaderGroupHeaders: list('Headers that name a group of the user each', ['X-Remote-Group']),
  requestheaderExtraHeadersPrefix: list('What headers begin with that tell more of the user', ['X-Remote-Extra-']),
  authorizationRecordFile: text(
    'File that is told which rights were used and which were missing, by whom and how often; empty is off',
    '',
    'file',
  ),
  enablePriorityAndFairness: flag('Whether requests wait for one another by FlowSchemas and priority levels', true),
  maxRequestsInflight: integer('Readers that are served at the same time; the levels share both', 100, { min: 1 }),
  maxMutatingRequestsInflight: integer('Writers that are served at the same time', 50, { min: 1 }),
  ...auditSettings,
  ...telemetrySettings,
} as const;

export type ApiServerConfig = ConfigOf<typeof settings>;

export const readConfig = configReader(
  { app: 'api-server', description: 'Serves the Kubernetes API over REST and gRPC.' },
  settings,
  (config) => [
    ...pairProblems(
      config,
      ['etcdCertFile', 'etcdKeyFile'],
      ['kubeletCertFile', 'kubeletKeyFile'],
      ['proxyClientCertFile', 'proxyClientKeyFile'],
    ),
    ...admissionPluginProblems({ enable: config.enableAdmissionPlugins, disable: config.disableAdmissionPlugins }),
    ...encryptionProblems(config),
    ...auditProblems(config),
  ],
);

function encryptionProblems(config: ApiServerConfig): string[] {
  const { encryptionProviderConfig: path, encryptionProviderConfigAutomaticReload: isReloaded } = config;
  if (!path)
    return isReloaded
      ? ['--encryption-provider-config-automatic-reload must be set with --encryption-provider-config']
      : [];
  const problem = encryptionFileProblem(path);
  return problem === undefined ? [] : [`--encryption-provider-config: ${problem}`];
}
