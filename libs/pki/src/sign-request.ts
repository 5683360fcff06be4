import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** What a certificate signing request (PKCS #10) asks for. */
export interface SigningRequest {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
  /** DER. */
  readonly raw: ArrayBuffer;
}

/** What a signed certificate is good for, and when. */
export interface SigningTerms {
  /** Usages by the names of the certificates API, such as `client auth`. */
  readonly usages: readonly string[];
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

const { KeyUsageFlags } = x509;

const keyUsages: ReadonlyMap<string, x509.KeyUsageFlags> = new Map([
  ['signing', KeyUsageFlags.digitalSignature],
  ['digital signature', KeyUsageFlags.digitalSignature],
  ['content commitment', KeyUsageFlags.nonRepudiation],
  ['key encipherment', KeyUsageFlags.keyEncipherment],
  ['key agreement', KeyUsageFlags.keyAgreement],
  ['data encipherment', KeyUsageFlags.dataEncipherment],
  ['cert sign', KeyUsageFlags.keyCertSign],
  ['crl sign', KeyUsageFlags.cRLSign],
  ['encipher only', KeyUsageFlags.encipherOnly],
  ['decipher only', KeyUsageFlags.decipherOnly],
]);

const extendedUsages: ReadonlyMap<string, string> = new Map([
  ['any', '2.5.29.37.0'],
  ['server auth', '1.3.6.1.5.5.7.3.1'],
  ['client auth', '1.3.6.1.5.5.7.3.2'],
  ['code signing', '1.3.6.1.5.5.7.3.3'],
  ['email protection', '1.3.6.1.5.5.7.3.4'],
  ['s/mime', '1.3.6.1.5.5.7.3.4'],
  ['ipsec end system', '1.3.6.1.5.5.7.3.5'],
  ['ipsec tunnel', '1.3.6.1.5.5.7.3.6'],
  ['ipsec user', '1.3.6.1.5.5.7.3.7'],
  ['timestamping', '1.3.6.1.5.5.7.3.8'],
  ['ocsp signing', '1.3.6.1.5.5.7.3.9'],
  ['microsoft sgc', '1.3.6.1.4.1.311.10.3.3'],
  ['netscape sgc', '2.16.840.1.113730.4.1'],
]);

/** Reads a request in PEM. Throws for what is none. */
export function readSigningRequest(pem: string): SigningRequest {
  const request = new x509.Pkcs10CertificateRequest(pem);
  const names = alternativeNames(request)?.names.items ?? [];
  const of = (type: x509.GeneralNameType): string[] =>
    names.filter((name) => name.type === type).map(({ value }) => value);
  return {
    commonName: request.subjectName.getField('CN').at(-1) ?? '',
    organizations: request.subjectName.getField('O'),
    dnsNames: of('dns'),
    ipAddresses: of('ip'),
    emailAddresses: of('email'),
    uris: of('url'),
    raw: request.rawData,
  };
}

function alternativeNames(request: x509.Pkcs10CertificateRequest): x509.SubjectAlternativeNameExtension | undefined {
  const extension = request.getExtension('2.5.29.17');
  return extension ? new x509.SubjectAlternativeNameExtension(extension.rawData) : undefined;
}

/** Who signs. */
export interface Signer {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
  readonly serialNumber: string;
}

/**
 * Signs a certificate for the subject, the key and the alternative names of a request; of its
 * other extensions none is taken over. Returns PEM. Throws for a request that is not signed
 * with the key it asks for, and for a usage that there is none of.
 * Upstream: pkg/controller/certificates/authority/policies.go.
 */
export async function signRequest(
  signer: Signer,
  { raw }: SigningRequest,
  { usages, notBefore, notAfter }: SigningTerms,
): Promise<string> {
  const request = new x509.Pkcs10CertificateRequest(raw);
  if (!(await request.verify(webcrypto))) throw new Error('unable to verify certificate request signature');
  const names = alternativeNames(request);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: signer.serialNumber,
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
      subject: request.subjectName,
      issuer: signer.certificate.subjectName,
      publicKey: request.publicKey,
      signingKey: signer.key,
      signingAlgorithm: {
        ...signer.key.algorithm,
        hash: 'SHA-256',
      } as x509.X509CertificateCreateParams['signingAlgorithm'],
      extensions: [
        ...usageExtensions(usages),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(signer.certificate, false, webcrypto),
        ...(names ? [new x509.SubjectAlternativeNameExtension(names.names.items)] : []),
      ],
    },
    webcrypto,
  );
  return `${certificate.toString('pem')}\n`;
}

function usageExtensions(usages: readonly string[]): x509.Extension[] {
  const unknown = usages.filter((usage) => !keyUsages.has(usage) && !extendedUsages.has(usage));
  if (unknown.length > 0) throw new Error(`unrecognized usage values: ${JSON.stringify(unknown)}`);
  const flags = usages.reduce((all, usage) => all | (keyUsages.get(usage) ?? 0), 0);
  const extended = [...new Set(usages.flatMap((usage) => extendedUsages.get(usage) ?? []))];
  return [
    ...(flags === 0 ? [] : [new x509.KeyUsagesExtension(flags, true)]),
    ...(extended.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension(extended)]),
  ];
}
