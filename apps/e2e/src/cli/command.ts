import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repositoryPath } from '../support/cluster';

export interface Ending {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user of this machine who has a home and types `skiff`. */
export class Stranger {
  readonly folder = mkdtempSync(join(tmpdir(), 'skiff-cli-'));
  readonly home = join(this.folder, 'home');

  /** Runs a command to its end, however it ends. What it prints is for people: no stack of calls. */
  async skiff(...args: string[]): Promise<Ending> {
    const child = spawn(process.execPath, [repositoryPath('tools/setup/skiff.cjs'), ...args], {
      cwd: this.folder,
      env: { ...process.env, HOME: this.home, SKIFF_HOME: join(this.folder, 'skiff') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
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
    const clusters = join(this.folder, 'skiff/clusters');
    const marked = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environment(pid).includes(this.folder));
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(this.folder));
    const links = readdirSync('/run/skiff/clusters').filter((id) => linkLeadsTo(id, this.folder));
    const files = readdirSync(this.folder).includes('skiff') ? readdirSync(clusters) : [];
    return [...files, ...marked.map((pid) => `process ${pid}`), ...mounts, ...links];
  }

  leaves(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

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
