import { isReservedNodeLabel } from '@skiff/resources';
import {
  address,
  apiClientSettings,
  certificates,
  type ConfigOf,
  configReader,
  file,
  flag,
  folderAlias,
  hostPort,
  integer,
  list,
  needed,
  privateKey,
  telemetrySettings,
  text,
} from '@skiff/platform';

const labels = list('Further labels of the node, as key=value');

/** Everything that a kubelet can be told. */
const settings = {
  ...apiClientSettings('system:node:<name>'),
  nodeName: text('Name of the node'),
  nodeIp: needed(list('Addresses at which others reach the node', [], address)),
  nodeLabels: {
    ...labels,
    parse(text: string) {
      const given = labels.parse(text);
      const reserved = given.map((label) => label.split('=')[0] ?? '').filter(isReservedNodeLabel);
      if (reserved.length)
        throw new Error(`a kubelet may not give its node the labels of Kubernetes ${reserved.join(', ')}`);
      return given;
    },
  },
  registerWithTaints: list('Taints that the node has from the start, as key=value:effect'),
  maxPods: integer('How many pods the node takes', 110, { min: 1, max: 10_000 }),
  port: integer('Port of the node service', 10250, { min: 0, max: 65535 }),
  tlsCertFile: needed(certificates('Certificate of the node service')),
  tlsKeyFile: needed(privateKey('Key of that certificate')),
  runtimeEndpoint: text('Socket of the container runtime', 'unix:///run/containerd/containerd.sock', 'address'),
  rootDir: text('Folder for what the kubelet keeps about pods', '/var/lib/kubelet', 'folder'),
  hostPathAliases: list(
    'Folders that hostPath volumes find elsewhere, as seen=real: where several nodes share a machine',
    [],
    folderAlias,
  ),
  cniConfDir: text('Folder in which the runtime looks for the pod network', '/etc/cni/net.d', 'folder'),
  bridge: text('Name of the bridge that pods are attached to', 'cni0'),
  mtu: integer('Largest packet of the pod network; 0 is the default', 0, { min: 0, max: 65535, unit: 'bytes' }),
  programNetwork: flag('Whether to set routes to the pods of other nodes', true),
  cgroupRoot: text('Control group that holds those of all pods', '/kubepods', 'path'),
  resolvConf: file('Resolver configuration of the node', '/etc/resolv.conf'),
  allowedUnsafeSysctls: list('Kernel settings that pods may set besides the safe ones: names, or prefixes with *'),
  clusterDns: list('Addresses of the cluster DNS service', ['10.96.0.10'], address),
  clusterDomain: text('Domain of the cluster', 'cluster.local'),
  metricsAddress: hostPort('Where /metrics and /healthz are served, over TLS, to those who are allowed; empty is off'),
  healthzAddress: hostPort('Where /healthz is served to everybody, in plain text; empty is off'),
  ...telemetrySettings,
};

export type KubeletConfig = ConfigOf<typeof settings>;

export const readConfig = configReader(
  { app: 'kubelet', description: 'The agent of a node: runs the pods that are bound to it.' },
  settings,
);
