import type { CertificateRequest } from './authority';

export interface PkiNode {
  readonly name: string;
  /** What its kubelet is reached at. */
  readonly addresses: readonly string[];
}

export interface PkiRequest {
  readonly clusterName: string;
  readonly nodes: readonly PkiNode[];
  /** Addresses and names at which clients reach the API server, besides the usual ones. */
  readonly addresses: readonly string[];
  /** The first address of the service range; default 10.96.0.1. */
  readonly serviceAddress?: string;
  /** Names and addresses of etcd, which gets a CA of its own; absent where the store is none. */
  readonly etcdHosts?: readonly string[];
  /** Certificates beyond those that every cluster has, by the name of their files. */
  readonly others?: ReadonlyMap<string, CertificateRequest>;
}

const client = (commonName: string, ...organizations: string[]): CertificateRequest => ({
  commonName,
  organizations,
  usages: ['client'],
});

/** Who the services are that are the same on every node. */
export const clientRequests = {
  proxy: client('system:kube-proxy'),
  dns: client('system:kube-dns', 'system:dns'),
} as const;

/**
 * The certificate by which other API servers know that a request comes from the cluster's. It has a CA of its own: whoever
 * has one of it may say to be anybody.
 */
export const frontProxyRequests: ReadonlyMap<string, CertificateRequest> = new Map([
  ['front-proxy-client', client('front-proxy-client')],
]);

/** The certificates of a cluster by the name of their files: `<name>.crt` and `<name>.key`. */
export function certificateRequests(request: PkiRequest): ReadonlyMap<string, CertificateRequest> {
  return new Map<string, CertificateRequest>([
    ['api-server', { commonName: 'kube-apiserver', hosts: apiServerHosts(request), usages: ['server'] }],
    ['api-server-kubelet-client', client('kube-apiserver-kubelet-client')],
    ['admin', client('kubernetes-admin', 'system:masters')],
    ['scheduler', client('system:kube-scheduler')],
    ['scheduler-serving', { commonName: 'kube-scheduler', hosts: ['localhost', '127.0.0.1'], usages: ['server'] }],
    ['controller-manager', client('system:kube-controller-manager')],
    [
      'controller-manager-serving',
      { commonName: 'kube-controller-manager', hosts: ['localhost', '127.0.0.1'], usages: ['server'] },
    ],
    ...Object.entries(clientRequests),
    ['traces', client('system:skiff-traces')],
    ...request.nodes.flatMap(nodeRequests),
    ...(request.others ?? []),
  ]);
}

/**
 * The certificates of etcd and of its only client, the API server. What etcd's CA signs is above all rights of the
 * cluster, so that the CA which signs users and nodes must not be the one.
 */
export function etcdRequests(hosts: readonly string[]): readonly (readonly [string, CertificateRequest])[] {
  return [
    // etcd shows it to itself, too: as a peer and behind its gateway.
    ['etcd', { commonName: 'etcd', hosts, usages: ['server', 'client'] }],
    ['etcd-client', client('kube-apiserver-etcd-client')],
  ];
}

export function nodeRequests({ name, addresses }: PkiNode): [string, CertificateRequest][] {
  const holder = { commonName: `system:node:${name}`, organizations: ['system:nodes'] };
  return [
    [`kubelet-${name}`, { ...holder, usages: ['client'] }],
    [`kubelet-${name}-serving`, { ...holder, hosts: [...new Set([name, ...addresses])], usages: ['server'] }],
  ];
}

function apiServerHosts({ addresses, serviceAddress = '10.96.0.1' }: PkiRequest): string[] {
  const service = ['kubernetes', 'default', 'svc', 'cluster', 'local'];
  const names = [1, 2, 3, 5].map((labels) => service.slice(0, labels).join('.'));
  return [...new Set([...names, 'localhost', serviceAddress, '127.0.0.1', ...addresses])];
}
