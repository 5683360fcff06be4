import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@skiff/platform';
import { eventually } from '@skiff/testing';
import { clusterPaths } from '../cluster/paths';
import { writePki } from '../cluster/pki';
import { planCluster } from '../cluster/plan';
import { clusterProcesses } from './cluster-processes';

const waiting = { timeoutMilliseconds: 30_000, intervalMilliseconds: 50 };

describe('etcd on one machine', () => {
  const home = mkdtempSync(join(tmpdir(), 'skiff-etcd-'));
  const paths = clusterPaths(home, 'stored');
  let etcd: ChildProcess;
  let basePort: number;

  beforeAll(async () => {
    basePort = await twoFreePorts();
    const wanted = { name: 'stored', nodes: [{ name: 'node-1' }], store: 'etcd', root: paths.root, basePort } as const;
    const cluster = planCluster(wanted, { ranges: [], ports: new Set() });
    await writePki(paths, cluster, systemClock);
    const spec = clusterProcesses({ cluster, paths, apps: '/' }).find(({ name }) => name === 'etcd');
    etcd = spawn(spec?.program ?? '', spec?.args ?? [], { stdio: 'ignore' });
    await eventually(async () => expect(await health(basePort, 'etcd-client')).toBe(200), waiting);
  }, 60_000);
  afterAll(async () => {
    const ended = once(etcd, 'exit');
    etcd.kill();
    await ended;
    rmSync(home, { recursive: true });
  });

  it.each(['admin', 'api-server-kubelet-client', 'kubelet-node-1', 'proxy', undefined])(
    'refuses %s, as client and as peer',
    async (name) => {
      for (const port of [basePort, basePort + 1]) await expect(health(port, name)).rejects.toThrow();
    },
  );

  it('answers nobody in plain text', async () => {
    for (const port of [basePort, basePort + 1]) {
      const status = answerOf(plainRequest({ host: '127.0.0.1', port, path: '/health' }));
      // It cuts the connection, or says what it wants.
      expect([undefined, 400]).toContain(await status.catch(() => undefined));
    }
  });

  it('keeps its keys and its data from other users', () => {
    for (const file of ['etcd-ca.key', 'etcd.key', 'etcd-client.key'])
      expect(statSync(join(paths.pki, file)).mode & 0o777).toBe(0o600);
    expect(statSync(join(paths.store, 'etcd')).mode & 0o777).toBe(0o700);
  });

  /** The status with which a port answers who shows this certificate of the cluster. */
  function health(port: number, name: string | undefined): Promise<number | undefined> {
    const pem = (file: string): Buffer => readFileSync(join(paths.pki, file));
    const pair: RequestOptions = name === undefined ? {} : { cert: pem(`${name}.crt`), key: pem(`${name}.key`) };
    const ca = pem('etcd-ca.crt');
    return answerOf(request({ host: '127.0.0.1', port, path: '/health', ca, agent: false, ...pair }));
  }
});

function answerOf(call: ReturnType<typeof plainRequest>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    call.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject).end();
  });
}

/** The first of two ports in a row that nobody uses. */
async function twoFreePorts(): Promise<number> {
  const first = createServer().listen(0, '127.0.0.1');
  await once(first, 'listening');
  const { port } = first.address() as AddressInfo;
  const second = createServer();
  const free = await new Promise<boolean>((resolve) =>
    second
      .once('error', () => resolve(false))
      .once('listening', () => resolve(true))
      .listen(port + 1, '127.0.0.1'),
  );
  for (const server of [first, ...(free ? [second] : [])]) {
    server.close();
    await once(server, 'close');
  }
  return free ? port : twoFreePorts();
}
