import { isReservedNodeLabel } from '@skiff/api';
import {
  address,
  apiClientSettings,
  certificates,
  type ConfigOf,
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

const labels = list('further labels of the node, as key=value');

/** Everything that a kubelet can be told. */
export const settings = {
  ...apiClientSettings('system:node:<name>'),
  nodeName: text('name of the node'),
  nodeIp: needed(list('addresses of the node by which others reach it', [], address)),
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
  registerWithTaints: list('taints that the node has from the start, as key=value:effect'),
  maxPods: integer('how many pods the node takes', 110, { min: 1, max: 10_000 }),
  port: integer('port of the node service', 10250, { min: 0, max: 65535 }),
  tlsCertFile: needed(certificates('certificate of the node service')),
  tlsKeyFile: needed(privateKey('key of that certificate')),
  runtimeEndpoint: text('socket of the container runtime', 'unix:///run/containerd/containerd.sock', 'address'),
  rootDir: text('folder of what the kubelet keeps of pods', '/var/lib/kubelet', 'folder'),
  hostPathAliases: list(
    'folders that hostPath volumes find elsewhere, as seen=real: where several nodes share a machine',
    [],
    folderAlias,
  ),
  cniConfDir: text('folder in which the runtime looks for the pod network', '/etc/cni/net.d', 'folder'),
  bridge: text('name of the bridge that pods are attached to', 'cni0'),
  mtu: integer('largest packet of the pod network, 0 for the default', 0, { min: 0, max: 65535, unit: 'bytes' }),
  programNetwork: flag('program routes to the pods of other nodes', true),
  cgroupRoot: text('cgroup that holds those of all pods', '/kubepods', 'path'),
  resolvConf: file('resolver configuration of the node', '/etc/resolv.conf'),
  allowedUnsafeSysctls: list('kernel settings that pods may have beside the safe ones: names, or prefixes with *'),
  clusterDns: list('addresses of the cluster DNS service', ['10.96.0.10'], address),
  clusterDomain: text('domain of the cluster', 'cluster.local'),
  metricsAddress: hostPort('where /metrics and /healthz are served, over TLS, to who may; empty is off'),
  healthzAddress: hostPort('where /healthz is served to everybody, in plain text; empty is off'),
  ...telemetrySettings,
};

export type KubeletConfig = ConfigOf<typeof settings>;
