import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { encodePem } from './pem';
import { signRequest, type SigningRequest, type SigningTerms } from './sign-request';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
type SigningAlgorithm = { name: string; hash: string; namedCurve?: string };
const hour = 3_600_000;
const year = 365 * 24 * hour;

/** How long the CA, and what it signs, are valid. */
export const validity = { authority: 10 * year, certificate: year } as const;

/** A certificate with its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  /** PKCS #8. */
  readonly key: string;
}

/** What a certificate says about its holder. */
export interface CertificateRequest {
  /** The user, when it authenticates a client. */
  readonly commonName: string;
  /** The user's groups. */
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses; empty for a client. */
  readonly hosts?: readonly string[];
  readonly usages: readonly ('client' | 'server')[];
}

/** Signs certificates with the cluster's CA. */
export interface Authority {
  readonly pair: KeyPair;
  /** Makes a key and signs a certificate for it, valid from five minutes before `now` for a year. */
  issue(request: CertificateRequest, now: number): Promise<KeyPair>;
  /** Signs a certificate for somebody else's key; PEM. Throws for a request that cannot be granted. */
  sign(request: SigningRequest, terms: SigningTerms): Promise<string>;
  /** When its own certificate ends, in milliseconds since the epoch. */
  readonly notAfter: number;
}

/** A new self-signed CA, valid for ten years. */
export async function createAuthority(commonName: string, now: number): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...frame(now, validity.authority),
      name: [{ CN: [commonName] }],
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
          true,
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return authority(certificate, keys.privateKey, await exportPair(certificate, keys.privateKey));
}

/** The CA that these PEM files hold, with an EC (P-256, P-384) or RSA key. Throws when they hold something else. */
export async function loadAuthority(pair: KeyPair): Promise<Authority> {
  const key = createPrivateKey(pair.key);
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const imported = await webcrypto.subtle.importKey('pkcs8', der, algorithmOf(key), true, ['sign']);
  return authority(new x509.X509Certificate(pair.certificate), imported, pair);
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SigningAlgorithm {
  if (asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const curve = new Map([
    ['prime256v1', 'P-256'],
    ['secp384r1', 'P-384'],
  ]).get(asymmetricKeyDetails?.namedCurve ?? '');
  if (curve === undefined) throw new Error('the key of a CA has to be of RSA, or of the curves P-256 or P-384');
  return { name: 'ECDSA', namedCurve: curve, hash: 'SHA-256' };
}

/** A new private key (EC P-256, PKCS #8 PEM), as service-account tokens are signed with. */
export async function generatePrivateKey(): Promise<string> {
  const { privateKey } = await generateKeys();
  return encodePem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', privateKey));
}

function authority(issuer: x509.X509Certificate, signingKey: webcrypto.CryptoKey, pair: KeyPair): Authority {
  return {
    pair,
    notAfter: issuer.notAfter.getTime(),
    sign: (request, terms) =>
      signRequest({ certificate: issuer, key: signingKey, serialNumber: serialNumber() }, request, terms),
    async issue(request, now) {
      const keys = await generateKeys();
      const certificate = await x509.X509CertificateGenerator.create(
        {
          ...frame(now, validity.certificate),
          signingAlgorithm: { ...signingKey.algorithm, hash: 'SHA-256' },
          subject: subject(request),
          issuer: issuer.subjectName,
          publicKey: keys.publicKey,
          signingKey,
          extensions: await leafExtensions(request, issuer, keys.publicKey),
        },
        webcrypto,
      );
      return exportPair(certificate, keys.privateKey);
    },
  };
}

async function leafExtensions(
  { hosts = [], usages }: CertificateRequest,
  issuer: x509.X509Certificate,
  publicKey: webcrypto.CryptoKey,
): Promise<x509.Extension[]> {
  const purposes = usages.map((usage) =>
    usage === 'client' ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth,
  );
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension(purposes),
    await x509.AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto),
    await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
    ...(hosts.length ? [new x509.SubjectAlternativeNameExtension(hosts.map(alternativeName))] : []),
  ];
}

const alternativeName = (host: string): x509.JsonGeneralName =>
  /^[\d.]+$|:/.test(host) ? { type: 'ip', value: host } : { type: 'dns', value: host };

function subject({ commonName, organizations = [] }: CertificateRequest): x509.JsonName {
  return [...(organizations.length ? [{ O: [...organizations] }] : []), { CN: [commonName] }];
}

function frame(now: number, lifetime: number) {
  return {
    serialNumber: serialNumber(),
    notBefore: new Date(now - hour / 12),
    notAfter: new Date(now + lifetime),
    signingAlgorithm: algorithm,
  };
}

/** Positive, as RFC 5280 demands, so the top bit is clear; never zero. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function exportPair(certificate: x509.X509Certificate, key: webcrypto.CryptoKey): Promise<KeyPair> {
  return {
    certificate: encodePem('CERTIFICATE', certificate.rawData),
    key: encodePem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', key)),
  };
}
