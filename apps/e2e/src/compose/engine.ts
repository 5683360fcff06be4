import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually, execute } from '../support/execute';

/** What has to be there for an engine of the tests' own. */
const programs = ['dockerd', 'docker', 'docker-compose', 'debootstrap', 'iptables', 'nsenter', 'unshare'];

/** Why no Docker engine can be started here; undefined when one can. */
export function missingForEngine(): string | undefined {
  if (process.platform !== 'linux') return 'a Docker engine needs Linux';
  if (process.getuid?.() !== 0) return 'starting a Docker engine needs root';
  const folders = `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin`.split(delimiter);
  const missing = programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  return missing.length ? `this machine lacks ${missing.join(', ')}` : undefined;
}

/**
 * A Docker engine of the tests' own, with its data in a folder of its own. It builds images with the
 * machine's network and without touching it, and runs containers in a network namespace of its own, so that
 * none of its bridges and rules are the machine's. SKIFF_E2E_DOCKER_DATA names a folder for its images that
 * is kept, so that the next run finds what was built.
 */
export class DockerEngine {
  private process: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    /** The network namespace that containers' bridges and published ports are in. */
    readonly namespace: string,
  ) {}

  static create(): DockerEngine {
    const folder = mkdtempSync(join(tmpdir(), 'docker-skiff-'));
    return new DockerEngine(folder, folder.split('/').pop() ?? '');
  }

  get environment(): Record<string, string> {
    return { DOCKER_HOST: `unix://${join(this.folder, 'docker.sock')}`, COMPOSE_PROJECT_NAME: 'skiff-e2e' };
  }

  /** Starts it to build images: with the machine's network, of which it changes nothing. */
  startForBuilding(): Promise<void> {
    return this.start([], ['--bridge=none', '--iptables=false', '--ip-forward=false']);
  }

  /** Starts it to run containers, apart from the machine's network. */
  async startForRunning(): Promise<void> {
    await execute('ip', ['netns', 'add', this.namespace]);
    await execute('ip', ['-n', this.namespace, 'link', 'set', 'lo', 'up']);
    await this.start(this.inNamespace, []);
  }

  /** What goes before a command that is to see published ports. */
  get inNamespace(): string[] {
    return ['nsenter', `--net=/run/netns/${this.namespace}`, '--'];
  }

  async stop(): Promise<void> {
    const running = this.process;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await ended;
    this.process = undefined;
  }

  /** Stops it and removes everything that it had. */
  async discard(): Promise<void> {
    await this.stop();
    for (const group of this.controlGroups()) rmdirSync(group);
    if (existsSync(`/run/netns/${this.namespace}`)) await execute('ip', ['netns', 'delete', this.namespace]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The control groups that its containers were in: all that is left of those once they are gone. */
  controlGroups(): string[] {
    const base = '/sys/fs/cgroup';
    return ['', ...readdirSync(base)]
      .map((name) => join(base, name, this.namespace))
      .filter((path) => existsSync(path));
  }

  docker(...args: string[]): Promise<string> {
    return this.run('docker', args, 120_000);
  }

  /** docker-compose on the repository's file. */
  compose(args: readonly string[], limitMilliseconds = 240_000): Promise<string> {
    return this.run('docker-compose', ['--ansi', 'never', '--file', composeFile, ...args], limitMilliseconds);
  }

  private async run(program: string, args: readonly string[], timeoutMilliseconds: number): Promise<string> {
    return (await execute(program, args, { env: this.environment, timeoutMilliseconds })).stdout;
  }

  private async start(prefix: readonly string[], flags: readonly string[]): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    shareProcessor(this.namespace);
    const log = openSync(join(this.folder, 'dockerd.log'), 'a');
    const at = (name: string): string => join(this.folder, name);
    const [program = '', ...args] = [
      ...prefix,
      // Its mounts are its own and end with it.
      ...['unshare', '--mount', '--propagation', 'private', '--', 'dockerd'],
      ...[
        '--data-root',
        process.env['SKIFF_E2E_DOCKER_DATA'] ?? at('data'),
        '--exec-root',
        at('exec'),
        '--pidfile',
        at('dockerd.pid'),
      ],
      ...['--host', `unix://${at('docker.sock')}`, '--ip6tables=false'],
      ...['--cgroup-parent', `/${this.namespace}`, ...flags],
    ];
    this.process = spawn(program, args, { stdio: ['ignore', log, log] });
    const running = this.process;
    try {
      await eventually(async () => {
        if (running.exitCode !== null) throw new Error('dockerd has ended');
        await this.docker('version');
      }, 30_000);
    } catch (error) {
      throw new Error(`${String(error)}\n${readFileSync(at('dockerd.log'), 'utf8').slice(-2_000)}`);
    }
  }
}

/**
 * Gives the containers together the weight of some processes, rather than of the one that a control group
 * counts as, so that what else runs on the machine does not starve them.
 */
function shareProcessor(group: string): void {
  const folder = join('/sys/fs/cgroup/cpu', group);
  if (!existsSync('/sys/fs/cgroup/cpu')) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cpu.shares'), '16384');
}

const composeFile = join(__dirname, '../../../../docker-compose.yml');
