import { X509Certificate } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parse } from 'yaml';
import { ensurePki, renderKubeconfig, type PkiRequest } from './index';

const request: PkiRequest = {
  clusterName: 'dev',
  nodes: [{ name: 'node-1', addresses: ['10.89.0.2'] }],
  addresses: ['10.89.0.1'],
};

describe('ensurePki', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'skiff-pki-'));
    await ensurePki(directory, request, Date.now());
  });
  afterEach(() => rm(directory, { recursive: true }));

  const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
  const certificate = async (name: string): Promise<X509Certificate> => new X509Certificate(await read(`${name}.crt`));

  it.each([
    ['admin', 'O=system:masters\nCN=kubernetes-admin'],
    ['scheduler', 'CN=system:kube-scheduler'],
    ['controller-manager', 'CN=system:kube-controller-manager'],
    ['proxy', 'CN=system:kube-proxy'],
    ['dns', 'O=system:dns\nCN=system:kube-dns'],
    ['traces', 'CN=system:skiff-traces'],
    ['kubelet-node-1', 'O=system:nodes\nCN=system:node:node-1'],
    ['api-server-kubelet-client', 'CN=kube-apiserver-kubelet-client'],
  ])('certifies %s, signed by the CA', async (name, subject) => {
    const issued = await certificate(name);
    expect(issued.subject).toBe(subject);
    expect(issued.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(issued.verify((await certificate('ca')).publicKey)).toBe(true);
  });

  it('names every address of the API server and of a kubelet', async () => {
    const server = await certificate('api-server');
    for (const name of ['kubernetes', 'kubernetes.default.svc.cluster.local', 'localhost'])
      expect(server.checkHost(name)).toBe(name);
    for (const address of ['10.96.0.1', '127.0.0.1', '10.89.0.1']) expect(server.checkIP(address)).toBe(address);
    expect((await certificate('kubelet-node-1-serving')).checkIP('10.89.0.2')).toBe('10.89.0.2');
  });

  it('keeps keys from other users', async () => {
    expect((await stat(join(directory, 'ca.key'))).mode & 0o777).toBe(0o600);
  });

  it('gives etcd a CA of its own, which vouches for nobody of the cluster', async () => {
    await ensurePki(directory, { ...request, etcdHosts: ['localhost', '127.0.0.1'] }, Date.now());
    const [ca, etcdCa] = [await certificate('ca'), await certificate('etcd-ca')];
    expect(etcdCa.subject).toBe('CN=dev-etcd-ca');
    for (const name of ['etcd', 'etcd-client']) {
      expect((await certificate(name)).verify(etcdCa.publicKey)).toBe(true);
      expect((await certificate(name)).verify(ca.publicKey)).toBe(false);
    }
    expect((await certificate('admin')).verify(etcdCa.publicKey)).toBe(false);
    expect((await certificate('etcd')).checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect((await stat(join(directory, 'etcd-client.key'))).mode & 0o777).toBe(0o600);
  });

  it('leaves what is there alone, and renews what would end soon or lacks a host', async () => {
    const before = await Promise.all(['ca.crt', 'admin.crt', 'service-account.key', 'api-server.crt'].map(read));
    await ensurePki(directory, { ...request, addresses: ['10.89.0.9'] }, Date.now());
    const [ca, admin, signing, server] = await Promise.all(
      ['ca.crt', 'admin.crt', 'service-account.key', 'api-server.crt'].map(read),
    );
    expect([ca, admin, signing]).toEqual(before.slice(0, 3));
    expect(server).not.toBe(before[3]);
    await ensurePki(directory, request, Date.now() + 340 * 24 * 3_600_000);
    expect(await read('admin.crt')).not.toBe(admin);
    expect(await read('ca.crt')).toBe(ca);
  });

  it('renews what is for somebody else than is asked for', async () => {
    for (const end of ['crt', 'key']) await copyFile(join(directory, `admin.${end}`), join(directory, `dns.${end}`));
    await ensurePki(directory, request, Date.now());
    expect((await certificate('dns')).subject).toBe('O=system:dns\nCN=system:kube-dns');
  });

  it('lets both ends of a TLS connection prove who they are', async () => {
    const server = createServer({
      cert: await read('api-server.crt'),
      key: await read('api-server.key'),
      ca: await read('ca.crt'),
      requestCert: true,
      rejectUnauthorized: false,
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>;
    const client = connect({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      ca: await read('ca.crt'),
      cert: await read('admin.crt'),
      key: await read('admin.key'),
    });
    await once(client, 'secureConnect');
    const [socket] = await accepted;
    expect(socket.authorized).toBe(true);
    expect(socket.getPeerCertificate().subject).toMatchObject({ CN: 'kubernetes-admin', O: 'system:masters' });
    client.destroy();
    socket.destroy();
    server.close();
  });
});

describe('renderKubeconfig', () => {
  it('embeds the credentials and selects its context', () => {
    const config = parse(
      renderKubeconfig({
        clusterName: 'dev',
        server: 'https://127.0.0.1:6443',
        certificateAuthority: 'CA',
        credentials: { certificate: 'CERT', key: 'KEY' },
      }),
    ) as unknown;
    expect(config).toMatchObject({
      'current-context': 'dev',
      clusters: [{ cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Q0E=' } }],
      users: [{ name: 'dev-admin', user: { 'client-certificate-data': 'Q0VSVA==' } }],
    });
  });
});
