import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execute, type Output } from './execute';

const repository = resolve(__dirname, '../../../..');
const skiffProgram = join(repository, 'dist/apps/skiff/main.js');

/** Where the API servers of all clusters say which rights were used: see tools/docs/rights.mjs. */
const rightsFolder = join(repository, 'dist/rights');

export interface ClusterOptions {
  readonly name: string;
  readonly nodes?: number;
  readonly store?: 'embedded' | 'etcd';
  /** Where other machines, which are its nodes, reach it. */
  readonly address?: string;
}

/** A cluster that a test started with the `skiff` command. */
export class TestCluster {
  private constructor(
    readonly name: string,
    readonly home: string,
    readonly kubeconfig: string,
  ) {}

  static async start(options: ClusterOptions): Promise<TestCluster> {
    const home = mkdtempSync(join(tmpdir(), 'skiff-e2e-'));
    const cluster = new TestCluster(options.name, home, join(home, 'clusters', options.name, 'kubeconfig'));
    try {
      await cluster.skiff(
        'up',
        '--name',
        options.name,
        '--nodes',
        String(options.nodes ?? 2),
        '--store',
        options.store ?? 'embedded',
        ...(options.address === undefined ? [] : ['--address', options.address]),
      );
    } catch (error) {
      rmSync(home, { recursive: true, force: true });
      throw error;
    }
    return cluster;
  }

  /** The cluster that the global set-up started for all tests. */
  static shared(): TestCluster {
    const { SKIFF_E2E_NAME: name, SKIFF_E2E_HOME: home } = process.env;
    if (!name || !home) throw new Error('the global set-up has not started a cluster');
    return new TestCluster(name, home, join(home, 'clusters', name, 'kubeconfig'));
  }

  /** The cluster's folder. */
  get root(): string {
    return join(this.home, 'clusters', this.name);
  }

  /** Where its API server listens on loopback. */
  get apiPort(): number {
    return (JSON.parse(readFileSync(join(this.root, 'cluster.json'), 'utf8')) as { apiPort: number }).apiPort;
  }

  async stop(): Promise<void> {
    await this.skiff('down', '--name', this.name);
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Runs the `skiff` command; fails when it fails. */
  skiff(...args: string[]): Promise<Output> {
    mkdirSync(rightsFolder, { recursive: true });
    const record = { SKIFF_API_SERVER_AUTHORIZATION_RECORD_FILE: join(rightsFolder, `${this.name}.json`) };
    return execute(process.execPath, [skiffProgram, ...args], {
      env: { SKIFF_HOME: this.home, ...record },
      timeoutMilliseconds: 180_000,
    });
  }

  /** Runs kubectl as the administrator; fails when it fails. */
  async kubectl(...args: string[]): Promise<string> {
    return (await execute('kubectl', args, { env: { KUBECONFIG: this.kubeconfig } })).stdout;
  }

  /** Runs kubectl with text on its standard input. */
  async kubectlInput(input: string, ...args: string[]): Promise<string> {
    return (await execute('kubectl', args, { env: { KUBECONFIG: this.kubeconfig }, input })).stdout;
  }

  /** Starts kubectl and leaves it running; the test has to end it. */
  spawnKubectl(...args: string[]): ChildProcess {
    return spawn('kubectl', args, { env: { ...process.env, KUBECONFIG: this.kubeconfig } });
  }

  /** An object as kubectl prints it in JSON. */
  async getJson<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.kubectl('get', ...args, '-o', 'json')) as T;
  }
}

/** A folder or file of the repository. */
export const repositoryPath = (...parts: string[]): string => join(repository, ...parts);
