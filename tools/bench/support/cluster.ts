import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminCalls, type Call } from './http';

export interface BenchCluster {
  readonly call: Call;
  readonly port: number;
  /** Folder of the CA and of every certificate. */
  readonly pki: string;
  /** From the spawn of `skiff up` until it returned with all nodes Ready, in milliseconds. */
  readonly startMilliseconds: number;
  /** Every process of the cluster that the supervisor started, and the supervisor itself, by name. */
  processes(): ReadonlyMap<string, number>;
  /** Runs the `skiff` command on it. */
  skiff(...args: string[]): Promise<void>;
  /** What a service has written to its log. */
  log(service: string): string;
  stop(): Promise<void>;
}

export interface BenchClusterOptions {
  readonly nodes: number;
  readonly store: 'embedded' | 'etcd';
}

/** Starts a cluster of real nodes with the built `skiff` command; needs root, as that does. */
export async function startCluster({ nodes, store }: BenchClusterOptions): Promise<BenchCluster> {
  const name = 'bench';
  const home = mkdtempSync(join(tmpdir(), 'skiff-bench-'));
  const root = join(home, 'clusters', name);
  const skiff = (...args: string[]): Promise<void> => run([...args, '--name', name], { SKIFF_HOME: home });
  const began = performance.now();
  try {
    await skiff('up', '--nodes', String(nodes), '--store', store);
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
  const startMilliseconds = performance.now() - began;
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');
  const { apiPort: port } = JSON.parse(read('cluster.json')) as { apiPort: number };
  const pki = join(root, 'pki');
  return {
    ...{ port, pki, startMilliseconds, call: adminCalls(pki, port) },
    processes() {
      const records = JSON.parse(read('processes.json')) as { name: string; pid?: number }[];
      const running = records.flatMap((record) =>
        record.pid === undefined ? [] : [[record.name, record.pid] as const],
      );
      return new Map([...running, ['supervisor', Number(read('supervisor.pid'))]]);
    },
    skiff,
    log: (service) => read(join('logs', `${service}.log`)),
    async stop() {
      await skiff('down');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Runs the `skiff` command quietly; throws with what it said when it fails. */
async function run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, [join(__dirname, '../apps/skiff/main.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`skiff ${args[0] ?? ''} failed: ${said.trim()}`);
}
