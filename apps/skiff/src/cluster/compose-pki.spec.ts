import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeComposePki, type ComposePkiRequest } from './compose-pki';

describe('the certificates of a cluster of containers', () => {
  const root = mkdtempSync(join(tmpdir(), 'skiff-compose-pki-'));
  const owner = process.getuid?.() ?? 0;
  const request: ComposePkiRequest = {
    clusterName: 'skiff',
    authority: join(root, 'authority'),
    out: join(root, 'pki'),
    nodes: 2,
    apiServerHosts: ['api-server'],
    owner,
    nodeOwner: owner,
    kubeconfig: join(root, 'kubeconfig/config'),
    server: 'https://127.0.0.1:6443',
  };
  const files = (service: string): string[] => readdirSync(join(request.out, service)).sort();
  const certificate = (service: string, name: string): X509Certificate =>
    new X509Certificate(readFileSync(join(request.out, service, `${name}.crt`)));

  beforeAll(async () => {
    mkdirSync(join(root, 'kubeconfig'));
    await writeComposePki(request, Date.now());
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('hand each service its own, and the key of the CA to the controller manager alone', () => {
    expect(files('scheduler')).toEqual([
      'ca.crt',
      'scheduler-serving.crt',
      'scheduler-serving.key',
      'scheduler.crt',
      'scheduler.key',
    ]);
    const holders = readdirSync(request.out).filter((service) => files(service).includes('ca.key'));
    expect(holders).toEqual(['controller-manager']);
    expect(files('node')).toEqual(expect.arrayContaining(['kubelet-node-2.key', 'proxy.key', 'dns.key']));
    expect(files('node').join()).not.toContain('admin');
  });

  it('let nobody but the API server into etcd', () => {
    const authority = certificate('etcd', 'etcd-ca').publicKey;
    expect(certificate('api-server', 'etcd-client').verify(authority)).toBe(true);
    for (const [service, name] of [
      ['node', 'kubelet-node-1'],
      ['admin', 'admin'],
      ['scheduler', 'scheduler'],
    ] as const)
      expect(certificate(service, name).verify(authority)).toBe(false);
    const holders = readdirSync(request.out).filter((service) => files(service).includes('etcd-client.key'));
    expect(holders.sort()).toEqual(['api-server', 'etcd']);
    expect(readdirSync(request.out).filter((service) => files(service).includes('etcd-ca.key'))).toEqual([]);
  });

  it('keep keys from others than their owner', () => {
    expect(statSync(join(request.out, 'etcd/etcd.key')).mode & 0o777).toBe(0o400);
    expect(statSync(request.kubeconfig).mode & 0o777).toBe(0o600);
  });

  it('name the servers as they are called in the network of containers', () => {
    expect(certificate('api-server', 'api-server').checkHost('api-server')).toBe('api-server');
    expect(certificate('etcd', 'etcd').checkHost('etcd')).toBe('etcd');
    expect(certificate('traces', 'traces-serving').checkHost('otel-collector')).toBe('otel-collector');
    expect(certificate('node', 'kubelet-node-1-serving').checkHost('node-1')).toBe('node-1');
  });

  it('stay what they are when they are asked for again', async () => {
    const before = certificate('api-server', 'api-server').fingerprint256;
    await writeComposePki(request, Date.now());
    expect(certificate('api-server', 'api-server').fingerprint256).toBe(before);
  });
});
