import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext, type PeerCertificate, type SecureContext } from 'node:tls';
import { WebhookConfigError } from './errors';

const certificates = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** With what one says who one is: PEM. */
export interface ShownIdentity {
  readonly cert: string;
  readonly key: string;
}

/** Trusts a bundle (PEM in base64) and nobody else, or, without one, whom Node.js trusts. Throws WebhookConfigError. */
export function trustIn(caBundle: string | undefined, identity?: ShownIdentity): SecureContext {
  if (!caBundle) return createSecureContext({ ...identity });
  const bundle = Buffer.from(caBundle, 'base64').toString('latin1').match(certificates) ?? [];
  const ca = bundle.filter(isCertificate);
  if (ca.length === 0)
    throw new WebhookConfigError('unable to load root certificates: unable to parse bytes as PEM block');
  return createSecureContext({ ...identity, ca });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    // As Go, what cannot be read counts for nothing.
    return false;
  }
}

/**
 * Whether a certificate names a host; what it says otherwise is in Go's words. Unlike that of Node.js, the common name
 * is no name of a host.
 */
export function checkIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  const { subjectaltname: names } = certificate;
  if (names && !checkServerIdentity(host, certificate)) return undefined;
  return new Error(`tls: failed to verify certificate: x509: ${mismatch(host, certificate)}`);
}

function mismatch(host: string, { subjectaltname: names = '', subject }: PeerCertificate): string {
  if (!names && subject?.CN === host) return 'certificate relies on legacy Common Name field, use SANs instead';
  const valid = [...names.matchAll(isIP(host) ? /IP Address:([^,]+)/g : /DNS:([^,]+)/g)].map(([, name]) => name);
  if (valid.length > 0) return `certificate is valid for ${valid.join(', ')}, not ${host}`;
  if (isIP(host)) return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  return `certificate is not valid for any names, but wanted to match ${host}`;
}
