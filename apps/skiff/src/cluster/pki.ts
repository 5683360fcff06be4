import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePki, renderKubeconfig, type CertificateRequest } from '@skiff/pki';
import type { Clock } from '@skiff/platform';
import { rangesOf } from '../network/network';
import { addressIn } from '../network/ranges';
import type { ClusterPaths } from './paths';
import type { ClusterState } from './state';

/** Makes the cluster's certificates and the administrator's kubeconfig, as far as they are missing. */
export async function writePki(paths: ClusterPaths, cluster: ClusterState, clock: Clock): Promise<void> {
  const nodes = cluster.nodes.map(({ name, address }) => ({ name, addresses: [address] }));
  const hosts = ['traces', 'localhost', '127.0.0.1', cluster.gateway];
  const others = new Map<string, CertificateRequest>([
    ['traces-serving', { commonName: 'traces', hosts, usages: ['server'] }],
  ]);
  const serviceAddress = addressIn(rangesOf(cluster).services, 1);
  const etcd = cluster.store === 'etcd' ? { etcdHosts: ['localhost', '127.0.0.1'] } : {};
  const request = { clusterName: cluster.name, nodes, addresses: [cluster.gateway], serviceAddress, others, ...etcd };
  await ensurePki(paths.pki, request, clock.now());
  const read = (file: string): string => readFileSync(join(paths.pki, file), 'utf8');
  const kubeconfig = renderKubeconfig({
    clusterName: cluster.name,
    server: `https://127.0.0.1:${cluster.apiPort}`,
    certificateAuthority: read('ca.crt'),
    credentials: { certificate: read('admin.crt'), key: read('admin.key') },
  });
  writeFileSync(paths.kubeconfig, kubeconfig, { mode: 0o600 });
}
