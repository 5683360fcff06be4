import { join } from 'node:path';
import { portOffsets } from '../cluster/plan';
import type { ClusterPaths } from '../cluster/paths';
import { namespacePath, type ClusterState, type NodeState } from '../cluster/state';
import { rangesOf } from '../network/network';

/** A program that the supervisor keeps running. */
export interface ProcessSpec {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * "host:port" of what it needs or leaves the processors to: it is started once that listens. The order saves the
   * others from failing first and then waiting before they try again.
   */
  readonly startsAfter?: string;
}

export interface SpecContext {
  readonly cluster: ClusterState;
  readonly paths: ClusterPaths;
  /** The folder that holds each app's bundle. */
  readonly apps: string;
}

/** Every process of a cluster, in the order in which they are started. */
export function clusterProcesses(context: SpecContext): ProcessSpec[] {
  const { cluster } = context;
  const apiServerListens = `127.0.0.1:${cluster.apiPort}`;
  const kubeletListens = (node: NodeState): string => `${node.address}:10250`;
  const [first] = cluster.nodes;
  return [
    ...(cluster.store === 'etcd' ? [etcd(context)] : []),
    ...cluster.nodes.map((node) => containerd(context, node)),
    apiServer(context),
    // What makes nodes Ready comes first.
    ...[controllerManager(context), ...cluster.nodes.map((node) => kubelet(context, node))].map((spec) => ({
      ...spec,
      startsAfter: apiServerListens,
    })),
    ...[scheduler(context), traces(context)].map((spec) => ({
      ...spec,
      startsAfter: first ? kubeletListens(first) : apiServerListens,
    })),
    ...cluster.nodes.flatMap((node) =>
      [proxy(context, node), ...dns(context, node)].map((spec) => ({ ...spec, startsAfter: kubeletListens(node) })),
    ),
  ];
}

const loopback = (cluster: ClusterState, offset: keyof typeof portOffsets): string =>
  `127.0.0.1:${cluster.basePort + portOffsets[offset]}`;

/**
 * Megabytes up to which a service's space for short-lived objects may grow. Most are at rest most of the time, and
 * a large one is only taken, never given back. The API server keeps what Node.js gives it.
 */
const semiSpace = { 'controller-manager': 2, scheduler: 4, kubelet: 2, proxy: 1, dns: 1, traces: 1 } as const;

/** Freed memory goes back to the system rather than into pools. */
const frugalAllocation = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: String(128 << 10) };

/** Large objects go back, too; what is small and comes again at once is kept at hand. */
const servingAllocation = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(256 << 10),
  MALLOC_TRIM_THRESHOLD_: String(4 << 20),
};

export type ServiceName = 'api-server' | keyof typeof semiSpace;

/** How a service's bundle is run: with the memory that it needs at rest. */
export function serviceProgram(
  apps: string,
  name: ServiceName,
): { command: readonly [string, ...string[]]; environment: Readonly<Record<string, string>> } {
  const bundle = join(apps, name, 'main.js');
  if (name === 'api-server') return { command: [process.execPath, bundle], environment: servingAllocation };
  return {
    command: [process.execPath, `--max-semi-space-size=${semiSpace[name]}`, bundle],
    environment: frugalAllocation,
  };
}

function app(context: SpecContext, name: ServiceName, args: readonly string[], node?: NodeState): ProcessSpec {
  const { command, environment } = serviceProgram(context.apps, name);
  return {
    name: node ? `${name}-${node.name}` : name,
    ...inNamespace(node, [...command, ...args, ...furtherFlags(context.cluster, name)]),
    environment,
  };
}

/** What the cluster's configuration says of a service. Checked when it was read: none of them is set above. */
function furtherFlags({ settings = {} }: ClusterState, name: ServiceName): string[] {
  return Object.entries(settings[name] ?? {}).map(([setting, value]) => `${flagOf(setting)}=${value}`);
}

/** The flag of a setting's name in camel case. */
export const flagOf = (setting: string): string =>
  `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function inNamespace(
  node: NodeState | undefined,
  command: readonly string[],
): { program: string; args: readonly string[] } {
  const [program = '', ...args] = command;
  if (!node) return { program, args };
  return { program: 'nsenter', args: [`--net=${namespacePath(node.namespace)}`, '--', program, ...args] };
}

const etcdEndpoint = (cluster: ClusterState): string => `https://${loopback(cluster, 'etcdClient')}`;

/** Whoever writes there is above all rights of the cluster: the API server alone has a certificate of its CA. */
function etcd({ cluster, paths }: SpecContext): ProcessSpec {
  const client = etcdEndpoint(cluster);
  const peer = `https://${loopback(cluster, 'etcdPeer')}`;
  const file = (name: string): string => join(paths.pki, name);
  const identity = (prefix: string): string[] => [
    ...[`--${prefix}cert-file`, file('etcd.crt'), `--${prefix}key-file`, file('etcd.key')],
    ...[`--${prefix}trusted-ca-file`, file('etcd-ca.crt'), `--${prefix}client-cert-auth`],
  ];
  return {
    name: 'etcd',
    program: 'etcd',
    args: [
      ...['--name', cluster.name, '--data-dir', join(paths.store, 'etcd')],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...[
        '--listen-peer-urls',
        peer,
        '--initial-advertise-peer-urls',
        peer,
        '--initial-cluster',
        `${cluster.name}=${peer}`,
      ],
      ...identity(''),
      ...identity('peer-'),
    ],
  };
}

/** The process of a node's container runtime is called so, and then as the node. */
export const containerdPrefix = 'containerd-';

function containerd({ paths }: SpecContext, node: NodeState): ProcessSpec {
  return {
    name: `${containerdPrefix}${node.name}`,
    ...inNamespace(node, ['containerd', '--config', paths.node(node.name).containerdConfig]),
  };
}

/** The flags with which a client of the API server proves who it is. */
function identity(context: SpecContext, name: string): string[] {
  return [...apiClient(context, name), ...tracing(context)];
}

function apiClient({ cluster, paths }: SpecContext, name: string): string[] {
  return [
    ...['--api-server', `${cluster.gateway}:${cluster.apiPort}`, '--ca-file', join(paths.pki, 'ca.crt')],
    ...['--cert-file', join(paths.pki, `${name}.crt`), '--key-file', join(paths.pki, `${name}.key`)],
  ];
}

function tracing({ cluster, paths }: SpecContext): string[] {
  return ['--otlp-endpoint', `https://${tracesAddress(cluster)}`, '--otlp-ca-file', join(paths.pki, 'ca.crt')];
}

function apiServer(context: SpecContext): ProcessSpec {
  const { cluster, paths } = context;
  const store =
    cluster.store === 'etcd'
      ? [
          ...['--store', 'etcd', '--etcd-endpoints', etcdEndpoint(cluster)],
          ...['--etcd-ca-file', join(paths.pki, 'etcd-ca.crt')],
          ...['--etcd-cert-file', join(paths.pki, 'etcd-client.crt')],
          ...['--etcd-key-file', join(paths.pki, 'etcd-client.key')],
        ]
      : ['--store', 'embedded', '--data-dir', join(paths.store, 'embedded')];
  return app(context, 'api-server', [
    ...[
      '--bind-address',
      `127.0.0.1,${cluster.gateway}`,
      '--port',
      String(cluster.apiPort),
      '--advertise-address',
      cluster.gateway,
    ],
    ...store,
    ...['--tls-cert-file', join(paths.pki, 'api-server.crt'), '--tls-key-file', join(paths.pki, 'api-server.key')],
    ...[
      '--client-ca-file',
      join(paths.pki, 'ca.crt'),
      '--service-account-key-file',
      join(paths.pki, 'service-account.key'),
    ],
    ...['--kubelet-ca-file', join(paths.pki, 'ca.crt')],
    ...['--kubelet-cert-file', join(paths.pki, 'api-server-kubelet-client.crt')],
    ...['--kubelet-key-file', join(paths.pki, 'api-server-kubelet-client.key')],
    ...['--service-cluster-ip-range', rangesOf(cluster).services],
    ...tracing(context),
  ]);
}

function controllerManager(context: SpecContext): ProcessSpec {
  return app(context, 'controller-manager', [
    ...identity(context, 'controller-manager'),
    ...['--cluster-cidr', rangesOf(context.cluster).pods, '--root-ca-file', join(context.paths.pki, 'ca.crt')],
    ...['--service-account-private-key-file', join(context.paths.pki, 'service-account.key')],
    ...['--cluster-signing-cert-file', join(context.paths.pki, 'ca.crt')],
    ...['--cluster-signing-key-file', join(context.paths.pki, 'ca.key')],
    ...['--metrics-address', loopback(context.cluster, 'controllerManagerMetrics')],
    ...['--serving-cert-file', join(context.paths.pki, 'controller-manager-serving.crt')],
    ...['--serving-key-file', join(context.paths.pki, 'controller-manager-serving.key')],
  ]);
}

function scheduler(context: SpecContext): ProcessSpec {
  return app(context, 'scheduler', [
    ...identity(context, 'scheduler'),
    ...['--metrics-address', loopback(context.cluster, 'schedulerMetrics')],
    ...['--grpc-address', schedulerAddress(context.cluster)],
    ...['--serving-cert-file', join(context.paths.pki, 'scheduler-serving.crt')],
    ...['--serving-key-file', join(context.paths.pki, 'scheduler-serving.key')],
  ]);
}

function kubelet(context: SpecContext, node: NodeState): ProcessSpec {
  const paths = context.paths.node(node.name);
  const key = `kubelet-${node.name}`;
  return app(
    context,
    'kubelet',
    [
      ...identity(context, key),
      ...['--node-name', node.name, '--node-ip', node.address],
      ...['--runtime-endpoint', `unix://${paths.containerdSocket}`, '--root-dir', paths.kubelet],
      // What drivers and plugins look for on a machine that is one node's alone.
      ...['--host-path-aliases', `/var/lib/kubelet=${paths.kubelet}`],
      ...['--cni-conf-dir', paths.cni, '--cgroup-root', `/skiff/${node.namespace}`, '--resolv-conf', paths.resolvConf],
      ...['--cluster-dns', rangesOf(context.cluster).dns, '--cluster-domain', 'cluster.local'],
      ...['--tls-cert-file', join(context.paths.pki, `${key}-serving.crt`)],
      ...['--tls-key-file', join(context.paths.pki, `${key}-serving.key`)],
      ...(node.taints?.length ? ['--register-with-taints', node.taints.join(',')] : []),
    ],
    node,
  );
}

function proxy(context: SpecContext, node: NodeState): ProcessSpec {
  return app(
    context,
    'proxy',
    [...identity(context, 'proxy'), '--node-name', node.name, '--cluster-cidr', rangesOf(context.cluster).pods],
    node,
  );
}

/** Two that share the port: when one goes, however it goes, the other has all queries at once. */
function dns(context: SpecContext, node: NodeState): ProcessSpec[] {
  const server = app(
    context,
    'dns',
    [
      ...identity(context, 'dns'),
      ...['--bind-address', node.address, '--port', '53', '--cluster-domain', 'cluster.local'],
      ...['--resolv-conf', context.paths.node(node.name).resolvConf],
    ],
    node,
  );
  return [server, { ...server, name: `dns-standby-${node.name}` }];
}

/** Where the scheduler explains its decisions. */
export const schedulerAddress = (cluster: ClusterState): string => loopback(cluster, 'scheduler');

/** Where the traces service takes spans and answers queries. */
export const tracesAddress = (cluster: ClusterState): string =>
  `${cluster.gateway}:${cluster.basePort + portOffsets.traces}`;

function traces(context: SpecContext): ProcessSpec {
  const { cluster, paths } = context;
  return app(context, 'traces', [
    ...apiClient(context, 'traces'),
    ...['--listen', tracesAddress(cluster)],
    ...['--serving-cert-file', join(paths.pki, 'traces-serving.crt')],
    ...['--serving-key-file', join(paths.pki, 'traces-serving.key')],
  ]);
}
