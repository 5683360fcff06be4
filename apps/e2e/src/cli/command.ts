import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { repositoryPath } from '../support/cluster';

const program = repositoryPath('tools/setup/skiff.cjs');

export interface Ending {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user of this machine who has a home and types `skiff`. */
export class Stranger {
  readonly folder = mkdtempSync(join(tmpdir(), 'skiff-cli-'));
  readonly home = join(this.folder, 'home');
  /** Clusters that its commands have named. */
  private readonly named = new Set<string>();
  /** What else its commands have in their environment. */
  readonly environment: Record<string, string> = {};

  /** Runs a command to its end, however it ends. What it prints is for people: no stack of calls. */
  skiff(...args: string[]): Promise<Ending> {
    if (args.includes('--name')) this.named.add(args[args.indexOf('--name') + 1] ?? '');
    return this.endingOf(this.start([process.execPath, program, ...args]));
  }

  /** The same for a user who has no rights. */
  skiffAsNobody(...args: string[]): Promise<Ending> {
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
    return this.endingOf(this.start([...nobody, process.execPath, program, ...args]));
  }

  /** Ends a command as a terminal does, once it has printed what is given. */
  async interrupted(when: RegExp, ...args: string[]): Promise<Ending> {
    const child = this.start([process.execPath, program, ...args]);
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const before = when.test(printed);
      printed += chunk.toString();
      if (!before && when.test(printed)) child.kill('SIGINT');
    });
    return this.endingOf(child);
  }

  private start([command = '', ...args]: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
    return spawn(command, args, {
      cwd: this.folder,
      env: { ...process.env, HOME: this.home, SKIFF_HOME: join(this.folder, 'skiff'), ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  private async endingOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ending> {
    const [[exitCode], stdout, stderr] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      text(child.stdout),
      text(child.stderr),
    ]);
    expect(stdout + stderr).not.toMatch(/^ {2,}at .*:\d+:\d+\)?$/m);
    return { exitCode, stdout, stderr };
  }

  /** The same for a command that has to succeed; returns what it prints. */
  async does(...args: string[]): Promise<string> {
    const ending = await this.skiff(...args);
    expect({ args, ...ending }).toMatchObject({ exitCode: 0 });
    return ending.stdout;
  }

  kubectl(cluster: string, ...args: string[]): string {
    const kubeconfig = join(this.folder, 'skiff/clusters', cluster, 'kubeconfig');
    const { status, stdout, stderr } = spawnSync('kubectl', args, {
      encoding: 'utf8',
      env: { ...process.env, KUBECONFIG: kubeconfig },
      timeout: 60_000,
    });
    expect({ args, status, stderr }).toMatchObject({ status: 0 });
    return stdout;
  }

  /** What clusters of this user have on the machine: files, processes, mounts, namespaces and links of the network. */
  traces(): string[] {
    const marked = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environment(pid).includes(this.folder));
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(this.folder));
    const links = namesIn('/run/skiff/clusters').filter((id) => linkLeadsTo(id, this.folder));
    const ids = [...this.named].map((name) => idOf(join(this.folder, 'skiff/clusters', name)));
    const locks = namesIn('/run/skiff').filter((file) => ids.some((id) => file === `${id}.lock`));
    const files = namesIn(join(this.folder, 'skiff'));
    const within = namesIn(join(this.folder, 'skiff/clusters'));
    return [...files, ...within, ...locks, ...marked.map((pid) => `process ${pid}`), ...mounts, ...links];
  }

  leaves(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** How a cluster is told from others on this machine. */
const idOf = (root: string): string => createHash('sha256').update(root).digest('hex').slice(0, 6);

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Marks the processes of clusters below a folder; empty for a process that has ended. */
function environment(pid: string): string {
  try {
    return (
      readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .find((variable) => variable.startsWith('SKIFF_PROCESS_OF=')) ?? ''
    );
  } catch {
    return '';
  }
}

function linkLeadsTo(id: string, folder: string): boolean {
  return spawnSync('readlink', [join('/run/skiff/clusters', id)], { encoding: 'utf8' }).stdout.startsWith(folder);
}
