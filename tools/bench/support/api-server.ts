import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensurePki } from '@skiff/pki';
import { serviceProgram } from '../../../apps/skiff/src/processes/service-program';
import { EtcdServer } from '../../../libs/storage/etcd/src/testing/etcd-server';
import { adminCalls, type Call } from './http';

export interface BenchServer {
  readonly url: string;
  readonly port: number;
  /** Folder of the CA and of every certificate. */
  readonly pki: string;
  /** A token of a service account that may do everything. */
  readonly token: string;
  readonly pid: number;
  readonly call: Call;
  /** From the spawn of the process until it was ready, in milliseconds. */
  readonly startMilliseconds: number;
  stop(): Promise<void>;
}

export interface BenchServerOptions {
  readonly store: 'embedded' | 'etcd';
  /** Flags of Node.js, such as `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
  readonly flags?: readonly string[];
  /** Whether what it logs is thrown away. */
  readonly quiet?: boolean;
  /** The folder of the built services; that of this checkout by default. */
  readonly apps?: string;
  /** What its environment has beside this process's; that of a cluster's API server by default. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the built API server alone on loopback, with certificates and a store of its own. */
export async function startApiServer({
  store,
  nodeFlags = [],
  flags = [],
  quiet = false,
  apps = join(__dirname, '../apps'),
  environment = serviceProgram(apps, 'api-server').environment,
}: BenchServerOptions): Promise<BenchServer> {
  const directory = mkdtempSync(join(tmpdir(), 'skiff-bench-'));
  const pki = join(directory, 'pki');
  await ensurePki(pki, { clusterName: 'bench', nodes: [], addresses: [] }, Date.now());
  const etcd = store === 'etcd' ? await EtcdServer.start() : undefined;
  const port = await freePort();
  const began = performance.now();
  const storing = etcd ? ['--etcd-endpoints', etcd.endpoint] : ['--data-dir', join(directory, 'store')];
  const child = spawn(
    process.execPath,
    [
      ...nodeFlags,
      join(apps, 'api-server/main.js'),
      ...['--port', String(port), '--store', store, ...storing],
      ...['--tls-cert-file', join(pki, 'api-server.crt'), '--tls-key-file', join(pki, 'api-server.key')],
      ...['--client-ca-file', join(pki, 'ca.crt'), '--service-account-key-file', join(pki, 'service-account.key')],
      ...['--log-level', 'error', ...flags],
    ],
    { stdio: quiet ? 'ignore' : ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...environment } },
  );
  const call = adminCalls(pki, port);
  await ready(child, call);
  const startMilliseconds = performance.now() - began;
  return {
    url: `https://127.0.0.1:${port}`,
    ...{ port, pki, call, startMilliseconds },
    pid: child.pid ?? 0,
    token: await allPowerfulToken(call),
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await etcd?.kill();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Processor time that a process has used so far, in seconds. */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function ready(child: ChildProcess, call: Call): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the API server ended with code ${child.exitCode}`);
    const answer = await call('GET', '/readyz').catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(5);
  }
}

async function allPowerfulToken(call: Call): Promise<string> {
  const path = '/api/v1/namespaces/kube-system/serviceaccounts';
  await call('POST', path, { metadata: { name: 'load' } });
  await call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'load' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'load' }],
  });
  const { body } = await call('POST', `${path}/load/token`, { spec: { expirationSeconds: 36_000 } });
  const { status } = JSON.parse(body) as { status?: { token?: string } };
  if (!status?.token) throw new Error(`no token: ${body}`);
  return status.token;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
