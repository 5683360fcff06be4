import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createAuthority,
  generatePrivateKey,
  loadAuthority,
  type Authority,
  type CertificateRequest,
} from './authority';
import { certificateRequests, etcdRequests, frontProxyRequests, type PkiRequest } from './identities';

/** A certificate is renewed when it ends within so many milliseconds: 30 days. */
const renewBefore = 30 * 24 * 3_600_000;

/**
 * Sees to it that `directory` holds the CA (`ca.crt`, `ca.key`), a certificate and key for every
 * identity of the cluster (`<name>.crt`, `<name>.key`) and the key that signs service-account tokens
 * (`service-account.key`); for the front proxy the same with a CA of its own (`front-proxy-ca.crt`), and so for etcd, if
 * there is one (`etcd-ca.crt`). What is there stays, unless it ends within 30 days, is signed by another CA,
 * is for somebody else or lacks a host that is asked for. Keys are readable by their owner alone.
 *
 * `now` is in milliseconds since the epoch. Throws what the file system throws.
 */
export async function ensurePki(directory: string, request: PkiRequest, now: number): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await Promise.all([
    ensureSigningKey(join(directory, 'service-account.key')),
    ensureSigned(directory, 'ca', request.clusterName, certificateRequests(request), now),
    ensureSigned(directory, 'front-proxy-ca', `${request.clusterName}-front-proxy`, frontProxyRequests, now),
    request.etcdHosts &&
      ensureSigned(directory, 'etcd-ca', `${request.clusterName}-etcd`, etcdRequests(request.etcdHosts), now),
  ]);
}

/** A CA and what it signs. */
async function ensureSigned(
  directory: string,
  file: string,
  holder: string,
  requests: Iterable<readonly [string, CertificateRequest]>,
  now: number,
): Promise<void> {
  const authority = await ensureAuthority(join(directory, file), `${holder}-ca`, now);
  await Promise.all([...requests].map(([name, one]) => ensureCertificate(join(directory, name), one, authority, now)));
}

/** Makes `<path>.crt` and `<path>.key` unless they are there and good. */
export async function ensureCertificate(
  path: string,
  request: CertificateRequest,
  authority: Authority,
  now: number,
): Promise<void> {
  if (!(await serves(path, request, authority, now))) await writePair(path, await authority.issue(request, now));
}

/** The CA of a folder that `ensurePki` has filled. */
export async function readAuthority(directory: string): Promise<Authority> {
  const [certificate, key] = await Promise.all(
    ['ca.crt', 'ca.key'].map((file) => readFile(join(directory, file), 'utf8')),
  );
  return loadAuthority({ certificate: certificate ?? '', key: key ?? '' });
}

async function ensureAuthority(path: string, commonName: string, now: number): Promise<Authority> {
  const [certificate, key] = await Promise.all([readIfThere(`${path}.crt`), readIfThere(`${path}.key`)]);
  if (certificate !== undefined && key !== undefined && endsAfter(certificate, now + renewBefore))
    return loadAuthority({ certificate, key });
  const authority = await createAuthority(commonName, now);
  await writePair(path, authority.pair);
  return authority;
}

async function ensureSigningKey(path: string): Promise<void> {
  if ((await readIfThere(path)) === undefined) await replace(path, await generatePrivateKey());
}

async function serves(path: string, request: CertificateRequest, authority: Authority, now: number): Promise<boolean> {
  const [pem, key] = await Promise.all([readIfThere(`${path}.crt`), readIfThere(`${path}.key`)]);
  if (pem === undefined || key === undefined || !endsAfter(pem, now + renewBefore)) return false;
  const certificate = new X509Certificate(pem);
  const issuer = new X509Certificate(authority.pair.certificate);
  return (
    certificate.verify(issuer.publicKey) &&
    isFor(certificate, request) &&
    (request.hosts ?? []).every((host) => certificate.checkHost(host) ?? certificate.checkIP(host))
  );
}

/** Whether it names who is asked for: rights go with the name and the groups. */
function isFor(certificate: X509Certificate, { commonName, organizations = [] }: CertificateRequest): boolean {
  const names = (certificate.subject ?? '').split('\n').sort();
  const wanted = [`CN=${commonName}`, ...organizations.map((organization) => `O=${organization}`)].sort();
  return names.join('\n') === wanted.join('\n');
}

const endsAfter = (pem: string, milliseconds: number): boolean =>
  Date.parse(new X509Certificate(pem).validTo) > milliseconds;

async function writePair(path: string, pair: { certificate: string; key: string }): Promise<void> {
  // The key first: a certificate without its key would be taken for complete by a reader.
  await replace(`${path}.key`, pair.key);
  await replace(`${path}.crt`, pair.certificate);
}

async function replace(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
