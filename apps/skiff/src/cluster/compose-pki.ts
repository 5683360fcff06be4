import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensurePki, renderKubeconfig, type CertificateRequest } from '@skiff/pki';

/** What `skiff pki` makes, and where it puts it. */
export interface ComposePkiRequest {
  readonly clusterName: string;
  /** Holds the CA's key and all certificates; no service needs to see it. */
  readonly authority: string;
  /** Has a folder for each service, with what that service needs and no more. */
  readonly out: string;
  /** How many nodes may join: node-1, node-2 and so on. */
  readonly nodes: number;
  /** Further names and addresses of the API server. */
  readonly apiServerHosts: readonly string[];
  /** The user and group that the services run as. */
  readonly owner: number;
  /** The same for nodes; default root. */
  readonly nodeOwner?: number;
  /** Where the administrator's kubeconfig goes, and the URL that it names. */
  readonly kubeconfig: string;
  readonly server: string;
}

/** The name of the node that holds this slot, from 1 on. */
export const nodeName = (slot: number): string => `node-${slot}`;

const loopback = ['localhost', '127.0.0.1'];
const server = (commonName: string, ...hosts: string[]): CertificateRequest => ({
  commonName,
  hosts: [...hosts, ...loopback],
  usages: ['server'],
});

/** Certificates that only services which run apart from each other need. */
const others: ReadonlyMap<string, CertificateRequest> = new Map([
  ['scheduler-serving', server('scheduler', 'scheduler')],
  ['traces-serving', server('traces', 'traces', 'otel-collector')],
]);

/** The identities (certificate and key) and single files that each service gets. */
function shares(nodes: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const pair = (...names: string[]): string[] => names.flatMap((name) => [`${name}.crt`, `${name}.key`]);
  return {
    etcd: ['etcd-ca.crt', ...pair('etcd', 'etcd-client')],
    'api-server': [
      ...pair('api-server', 'api-server-kubelet-client', 'etcd-client', 'front-proxy-client'),
      ...['etcd-ca.crt', 'front-proxy-ca.crt', 'service-account.key'],
    ],
    scheduler: pair('scheduler', 'scheduler-serving'),
    // It signs tokens for Secrets, and certificates that somebody approved.
    'controller-manager': [...pair('controller-manager'), 'service-account.key', 'ca.key'],
    traces: pair('traces-serving', 'traces'),
    admin: pair('admin'),
    node: pair('proxy', 'dns', ...nodes.flatMap((name) => [`kubelet-${name}`, `kubelet-${name}-serving`])),
  };
}

/**
 * Makes the CAs and every certificate of a cluster as far as they are missing or about to end, hands each
 * service its own, and writes the administrator's kubeconfig. Of the services only the controller manager gets
 * a CA's key: that of the cluster's.
 */
export async function writeComposePki(request: ComposePkiRequest, now: number): Promise<void> {
  const nodes = Array.from({ length: request.nodes }, (_, index) => nodeName(index + 1));
  await ensurePki(
    request.authority,
    {
      clusterName: request.clusterName,
      nodes: nodes.map((name) => ({ name, addresses: [] })),
      addresses: request.apiServerHosts,
      etcdHosts: ['etcd', ...loopback],
      others,
    },
    now,
  );
  for (const [service, files] of Object.entries(shares(nodes)))
    share(
      request,
      join(request.out, service),
      ['ca.crt', ...files],
      service === 'node' ? (request.nodeOwner ?? 0) : request.owner,
    );
  writeKubeconfig(request);
}

function share({ authority }: ComposePkiRequest, folder: string, files: readonly string[], owner: number): void {
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    const target = join(folder, file);
    copyFileSync(join(authority, file), target);
    chmodSync(target, file.endsWith('.key') ? 0o400 : 0o444);
    chownSync(target, owner, owner);
  }
  chmodSync(folder, 0o755);
}

function writeKubeconfig({ authority, clusterName, kubeconfig, server: url }: ComposePkiRequest): void {
  const read = (file: string): string => readFileSync(join(authority, file), 'utf8');
  const folder = dirname(kubeconfig);
  mkdirSync(folder, { recursive: true });
  const content = renderKubeconfig({
    clusterName,
    server: url,
    certificateAuthority: read('ca.crt'),
    credentials: { certificate: read('admin.crt'), key: read('admin.key') },
  });
  writeFileSync(kubeconfig, content, { mode: 0o600 });
  // The file belongs to whoever the folder belongs to: the user outside of the container.
  const { uid, gid } = statSync(folder);
  chownSync(kubeconfig, uid, gid);
}
