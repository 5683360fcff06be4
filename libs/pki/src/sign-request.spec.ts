import 'reflect-metadata';
import { createPublicKey, generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { createAuthority, loadAuthority, readSigningRequest, type Authority } from './index';

const now = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const terms = {
  notBefore: now,
  notAfter: now + hour,
  usages: ['digital signature', 'key encipherment', 'client auth'],
};

async function request(
  algorithm: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams,
  names: x509.JsonGeneralNames = [],
): Promise<string> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const created = await x509.Pkcs10CertificateRequestGenerator.create(
    {
      name: [{ O: ['group'] }, { CN: ['someone'] }],
      keys,
      signingAlgorithm: { ...algorithm, hash: 'SHA-256' },
      extensions: [
        ...(names.length ? [new x509.SubjectAlternativeNameExtension(names)] : []),
        new x509.BasicConstraintsExtension(true, 3, true),
      ],
    },
    webcrypto,
  );
  return created.toString('pem');
}

const ec = { name: 'ECDSA', namedCurve: 'P-256' };
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};

describe('A signing request', () => {
  let authority: Authority;
  beforeAll(async () => {
    authority = await createAuthority('test-ca', now);
  });

  it.each([
    ['EC', ec],
    ['RSA', rsa],
  ])('for a key of %s is signed as it asks, and makes nobody a CA', async (_name, algorithm) => {
    const pem = await authority.sign(readSigningRequest(await request(algorithm)), terms);
    const certificate = new X509Certificate(pem);
    const issuer = new X509Certificate(authority.pair.certificate);
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.subject).toBe('O=group\nCN=someone');
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect([Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]).toEqual([now, now + hour]);
    expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----\n[\s\S]*\n-----END CERTIFICATE-----\n$/);
  });

  it('keeps its alternative names', async () => {
    const names: x509.JsonGeneralNames = [
      { type: 'dns', value: 'node-1' },
      { type: 'ip', value: '10.0.0.1' },
      { type: 'email', value: 'a@example.com' },
      { type: 'url', value: 'spiffe://a' },
    ];
    const read = readSigningRequest(await request(ec, names));
    expect(read).toMatchObject({
      commonName: 'someone',
      organizations: ['group'],
      dnsNames: ['node-1'],
      ipAddresses: ['10.0.0.1'],
      emailAddresses: ['a@example.com'],
      uris: ['spiffe://a'],
    });
    const certificate = new X509Certificate(await authority.sign(read, terms));
    expect(certificate.subjectAltName).toBe('DNS:node-1, IP Address:10.0.0.1, email:a@example.com, URI:spiffe://a');
  });

  it('for a usage that there is none of is refused', async () => {
    const read = readSigningRequest(await request(ec));
    await expect(authority.sign(read, { ...terms, usages: ['client auth', 'world peace'] })).rejects.toThrow(
      'unrecognized usage values: ["world peace"]',
    );
  });

  it('is signed by a CA with a key of RSA, too', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const imported = await webcrypto.subtle.importKey(
      'pkcs8',
      privateKey.export({ type: 'pkcs8', format: 'der' }),
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      true,
      ['sign'],
    );
    const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
    const certificate = await x509.X509CertificateGenerator.create(
      {
        subject: 'CN=rsa-ca',
        issuer: 'CN=rsa-ca',
        notBefore: new Date(now),
        notAfter: new Date(now + 24 * hour),
        publicKey: new x509.PublicKey(new Uint8Array(spki)),
        signingKey: imported,
        signingAlgorithm: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      },
      webcrypto,
    );
    const other = await loadAuthority({ certificate: certificate.toString('pem'), key });
    const signed = new X509Certificate(await other.sign(readSigningRequest(await request(ec)), terms));
    expect(signed.verify(new X509Certificate(other.pair.certificate).publicKey)).toBe(true);
  });
});
