import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { authenticated, type UserInfo } from '../user';

/** Who may say in headers for whom they ask, and in which. */
export interface RequestHeaderOptions {
  /** PEM of the CA that signs their certificates. */
  readonly clientCa: string;
  /** Common names of these certificates; none: any. */
  readonly allowedNames: readonly string[];
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeaderPrefixes: readonly string[];
}

/** What a connection's certificate was signed by; both where the CAs share one. */
interface Signed {
  readonly byProxyCa: boolean;
  readonly byClientCa: boolean;
}

const pems = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
const fingerprints = (pem: string): ReadonlySet<string> =>
  new Set([...pem.matchAll(pems)].map(([one]) => new X509Certificate(one).fingerprint256));

/** How long a chain of certificates is looked at. */
const longestChain = 16;

/**
 * Authenticates by headers whoever a front proxy asks for.
 * Upstream: staging/src/k8s.io/apiserver/pkg/authentication/request/headerrequest/requestheader.go.
 */
export class RequestHeaderAuthenticator {
  private readonly proxyCa: ReadonlySet<string>;
  private readonly clientCa: ReadonlySet<string>;
  private readonly known = new WeakMap<TLSSocket, Signed>();
  private readonly usernames: readonly string[];
  private readonly uids: readonly string[];
  private readonly groups: readonly string[];
  private readonly prefixes: readonly string[];

  /** @param clientCa PEM of the CA that signs the certificates of users. */
  constructor(
    private readonly options: RequestHeaderOptions,
    clientCa: string,
  ) {
    const lower = (names: readonly string[]): string[] => names.map((name) => name.trim().toLowerCase());
    this.proxyCa = fingerprints(options.clientCa);
    this.clientCa = fingerprints(clientCa);
    this.usernames = lower(options.usernameHeaders);
    this.uids = lower(options.uidHeaders);
    this.groups = lower(options.groupHeaders);
    this.prefixes = lower(options.extraHeaderPrefixes);
  }

  /** Whom a proxy asks for; undefined when nobody who may says so. */
  userOf(message: Pick<IncomingMessage, 'headers' | 'rawHeaders'>, socket: TLSSocket): UserInfo | undefined {
    if (!this.isNamed(message) || !this.mayProxy(socket)) return undefined;
    const values = (name: string): string[] => valuesOf(message.rawHeaders, name).filter((value) => value !== '');
    const first = (names: readonly string[]): string => names.flatMap(values)[0] ?? '';
    const name = first(this.usernames);
    if (name === '') return undefined;
    const groups = this.groups.flatMap(values);
    return authenticated({ name, uid: first(this.uids), groups, extra: this.extraOf(message) });
  }

  /** Whether a connection's certificate says nothing of who its user is. */
  isProxyOnly(socket: TLSSocket): boolean {
    const { byProxyCa, byClientCa } = this.signed(socket);
    return byProxyCa && !byClientCa;
  }

  private isNamed({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
    return this.usernames.some((name) => headers[name] !== undefined);
  }

  private mayProxy(socket: TLSSocket): boolean {
    if (!this.signed(socket).byProxyCa) return false;
    const { allowedNames } = this.options;
    const { CN } = socket.getPeerCertificate().subject as { CN?: string | string[] };
    return allowedNames.length === 0 || allowedNames.includes([CN ?? ''].flat()[0] ?? '');
  }

  private signed(socket: TLSSocket): Signed {
    let signed = this.known.get(socket);
    if (!signed) {
      const chain = socket.authorized ? chainOf(socket) : [];
      const by = (ca: ReadonlySet<string>): boolean => chain.some((fingerprint) => ca.has(fingerprint));
      signed = { byProxyCa: by(this.proxyCa), byClientCa: by(this.clientCa) };
      this.known.set(socket, signed);
    }
    return signed;
  }

  private extraOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): Record<string, string[]> {
    const extra = new Map<string, string[]>();
    for (const prefix of this.prefixes)
      for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
        const name = (rawHeaders[index] ?? '').toLowerCase();
        if (!name.startsWith(prefix)) continue;
        const key = unescapeKey(name.slice(prefix.length));
        extra.set(key, [...(extra.get(key) ?? []), rawHeaders[index + 1] ?? '']);
      }
    return Object.fromEntries(extra);
  }
}

/** The certificate that is shown and those that stand behind it. */
function chainOf(socket: TLSSocket): string[] {
  const chain: string[] = [];
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (certificate?.fingerprint256 && chain.length < longestChain && !chain.includes(certificate.fingerprint256)) {
    chain.push(certificate.fingerprint256);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const found: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === name) found.push(rawHeaders[index + 1] ?? '');
  return found;
}

/** A key that is not well escaped stands for itself. */
function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
