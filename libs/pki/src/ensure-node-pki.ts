import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureCertificate, readAuthority } from './ensure-pki';
import { clientRequests, nodeRequests } from './identities';

/**
 * Sees to it that `out` holds what the services of one node need, and no more: the CA's certificate, and a
 * certificate and key for the kubelet as a client and as a server, for the proxy and for DNS. What is there
 * stays, as with `ensurePki`. `authority` is a folder that `ensurePki` has filled.
 *
 * `now` is in milliseconds since the epoch. Throws what the file system throws.
 */
export async function ensureNodePki(authority: string, node: string, out: string, now: number): Promise<void> {
  await mkdir(out, { recursive: true, mode: 0o700 });
  const signer = await readAuthority(authority);
  const { proxy, dns } = clientRequests;
  const requests = [...nodeRequests({ name: node, addresses: [] }), ['proxy', proxy], ['dns', dns]] as const;
  await Promise.all(requests.map(([name, request]) => ensureCertificate(join(out, name), request, signer, now)));
  await copyFile(join(authority, 'ca.crt'), join(out, 'ca.crt'));
}
