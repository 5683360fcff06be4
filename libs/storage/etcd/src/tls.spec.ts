import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { EtcdStore } from './index';
import { EtcdServer } from './testing/etcd-server';

/** A certificate of 127.0.0.1 for servers and clients, which is its own authority. */
async function selfSigned(): Promise<{ certificate: Buffer; key: Buffer }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: '01',
      name: 'CN=etcd',
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 3_600_000),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]),
      ],
    },
    webcrypto,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    certificate: Buffer.from(certificate.toString('pem')),
    key: Buffer.from(`-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`),
  };
}

it('an etcd that asks for a client certificate is reached with one, and not without', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skiff-etcd-tls-'));
  const { certificate, key } = await selfSigned();
  const [certFile, keyFile] = [join(folder, 'etcd.crt'), join(folder, 'etcd.key')];
  await Promise.all([writeFile(certFile, certificate), writeFile(keyFile, key)]);
  const flags = ['--cert-file', certFile, '--key-file', keyFile, '--trusted-ca-file', certFile, '--client-cert-auth'];
  const server = await EtcdServer.start(flags, 'https');
  const store = new EtcdStore({ endpoints: [server.endpoint], tls: { ca: certificate, certificate, key } });
  const revision = await store.currentRevision();
  expect(await store.create('/a', Buffer.from('1'))).toEqual({ ok: true, revision: revision + 1n });
  await store.close();
  const stranger = new EtcdStore({ endpoints: [server.endpoint], tls: { ca: certificate }, timeoutMilliseconds: 300 });
  await expect(stranger.currentRevision()).rejects.toThrow();
  await stranger.close();
  await server.dispose();
  await rm(folder, { recursive: true });
});
