import { join } from 'node:path';
import type { NodePaths } from '../cluster/paths';
import { dnsAddress, podRange } from '../network/network';
import type { ProcessSpec } from '../processes/process-spec';
import { serviceProgram, type ServiceName } from '../processes/service-program';

/** A node that is alone in its container or machine. */
export interface LoneNode {
  readonly name: string;
  readonly address: string;
  /** The control group of its pods. */
  readonly cgroupRoot: string;
  /** The folder with the certificates of nodes. */
  readonly pki: string;
  readonly apiServer: string;
  /** Empty for no tracing. */
  readonly otlpEndpoint: string;
  /** The share of new traces that is kept, from 0 to 1. */
  readonly traceSampling: string;
  /** The folder that holds each app's bundle. */
  readonly apps: string;
  readonly paths: NodePaths;
}

/** Where whoever supervises the node asks its kubelet how it is. */
const healthzAddress = '127.0.0.1:10248';

/** The processes of a node, in the order in which they are started. */
export function nodeProcesses(node: LoneNode): ProcessSpec[] {
  const { name, address, paths } = node;
  const key = `kubelet-${name}`;
  return [
    { name: 'containerd', program: 'containerd', args: ['--config', paths.containerdConfig, '--log-level', 'warn'] },
    app(node, 'kubelet', key, [
      ...['--node-name', name, '--node-ip', address],
      ...['--runtime-endpoint', `unix://${paths.containerdSocket}`, '--root-dir', paths.kubelet],
      ...['--cni-conf-dir', paths.cni, '--cgroup-root', node.cgroupRoot, '--resolv-conf', paths.resolvConf],
      ...['--cluster-dns', dnsAddress, '--cluster-domain', 'cluster.local'],
      ...['--tls-cert-file', join(node.pki, `${key}-serving.crt`)],
      ...['--tls-key-file', join(node.pki, `${key}-serving.key`)],
      ...['--healthz-address', healthzAddress],
    ]),
    app(node, 'proxy', 'proxy', ['--node-name', name, '--cluster-cidr', podRange]),
    ...dns(node),
  ];
}

/** Two that share the port: when one goes, however it goes, the other has all queries at once. */
function dns(node: LoneNode): ProcessSpec[] {
  const server = app(node, 'dns', 'dns', [
    ...['--bind-address', dnsAddress, '--port', '53', '--cluster-domain', 'cluster.local'],
    ...['--resolv-conf', '/etc/resolv.conf'],
  ]);
  return [server, { ...server, name: 'dns-standby' }];
}

function app(node: LoneNode, name: ServiceName, identity: string, args: readonly string[]): ProcessSpec {
  const { command, environment } = serviceProgram(node.apps, name);
  const [program, ...flags] = command;
  return {
    name,
    program,
    args: [
      ...flags,
      ...['--api-server', node.apiServer, '--ca-file', join(node.pki, 'ca.crt')],
      ...['--cert-file', join(node.pki, `${identity}.crt`), '--key-file', join(node.pki, `${identity}.key`)],
      ...(node.otlpEndpoint ? ['--otlp-endpoint', node.otlpEndpoint, '--trace-sampling', node.traceSampling] : []),
      ...args,
    ],
    environment: { ...environment, OTEL_EXPORTER_OTLP_CERTIFICATE: join(node.pki, 'ca.crt') },
  };
}
