import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryPath } from '../support/cluster';
import { eventually, execute, type Output } from '../support/execute';

const subnet = '172.31.29';
const bridge = 'skiff-lan';

/** A network between this machine and others, which are namespaces that share nothing else with it. */
export class Lan {
  readonly address = `${subnet}.1`;
  private readonly machines: Machine[] = [];

  static async create(): Promise<Lan> {
    await ip(`link add ${bridge} type bridge`, `address add ${subnet}.1/24 dev ${bridge}`, `link set ${bridge} up`);
    return new Lan();
  }

  /** Plugs in a machine. What it is given is all that it sees of the repository and the cluster. */
  async machine(): Promise<Machine> {
    const number = this.machines.length + 1;
    const namespace = `skiff-lan-${number}`;
    const address = `${subnet}.${10 + number}`;
    await execute('ip', ['netns', 'add', namespace]);
    const cable = `sklan-${number}`;
    const machine = new Machine(namespace, cable, address, `/skiff-lan/${number}`);
    this.machines.push(machine);
    await ip(
      `link add ${cable} type veth peer name eth0 netns ${namespace}`,
      `link set ${cable} master ${bridge} up`,
      `-n ${namespace} link set lo up`,
    );
    await ip(`-n ${namespace} address add ${address}/24 dev eth0`, `-n ${namespace} link set eth0 up`);
    return machine;
  }

  async remove(): Promise<void> {
    for (const machine of this.machines) {
      await machine.end();
      rmSync(machine.delivered, { recursive: true });
      // The cable goes at once; the namespace, when the kernel has the time.
      await ip(`link delete ${machine.cable}`, `netns delete ${machine.namespace}`);
    }
    await ip(`link delete ${bridge}`);
  }
}

/** One `ip` for each line, since a namespace is named per call. */
async function ip(...lines: string[]): Promise<void> {
  for (const line of lines) await execute('ip', line.split(' '));
}

/** Folders of this machine that another one does not have. */
const hidden = ['/run', '/tmp', '/var/lib', '/var/log', '/home', repositoryPath()];

/** Another machine, which runs one command at a time. */
export class Machine {
  /** What is copied to it, where it finds it at /mnt. */
  readonly delivered = mkdtempSync(join(tmpdir(), 'skiff-machine-'));
  output = '';
  private running: ChildProcess | undefined;

  constructor(
    readonly namespace: string,
    /** The test's end of it. */
    readonly cable: string,
    readonly address: string,
    private readonly cgroupRoot: string,
  ) {}

  /** Copies a folder to it, as `scp -r` would. */
  deliver(folder: string, name: string): void {
    mkdirSync(this.delivered, { recursive: true });
    cpSync(folder, join(this.delivered, name), { recursive: true });
  }

  /** Starts `skiff node` on it. */
  startNode(...flags: string[]): void {
    const skiff = [process.execPath, '/mnt/skiff/skiff/main.js', 'node', '--cgroup-root', this.cgroupRoot, ...flags];
    const isolation = ['--mount', '--pid', '--fork', '--mount-proc', '--uts', '--ipc', '--kill-child'];
    const own = ['unshare', ...isolation, 'bash', join(__dirname, 'machine.sh'), this.delivered, ...hidden, '--'];
    const child = spawn('nsenter', [`--net=/run/netns/${this.namespace}`, '--', ...own, ...skiff], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.running = child;
  }

  /** Resolves with the exit code of the command that runs. */
  async ended(): Promise<number | null> {
    const { running } = this;
    if (!running) return null;
    if (running.exitCode === null && running.signalCode === null) await once(running, 'exit');
    this.running = undefined;
    return running.exitCode;
  }

  /** Asks `skiff node` to end; after a while, all its processes are killed. */
  async end(): Promise<number | null> {
    const { running } = this;
    if (!running || running.exitCode !== null || running.signalCode !== null) return null;
    process.kill(this.firstProcess(), 'SIGTERM');
    const late = setTimeout(() => running.kill('SIGKILL'), 30_000);
    const code = await this.ended();
    clearTimeout(late);
    return code;
  }

  /** Runs a program where the command runs. */
  run(program: string, ...args: string[]): Promise<Output> {
    const target = ['--target', String(this.firstProcess()), '--mount', '--pid', '--net'];
    return execute('nsenter', [...target, '--', program, ...args]);
  }

  /** Puts an archive of images on it. */
  async load(archive: string): Promise<void> {
    const socket = '/run/skiff/containerd.sock';
    await eventually(() => this.run('ctr', '--address', socket, 'version'));
    const target = ['--target', String(this.firstProcess()), '--mount', '--pid', '--net', '--'];
    const ctr = ['ctr', '--address', socket, '--namespace', 'k8s.io', 'images', 'import', '--all-platforms', '-'];
    await execute('bash', ['-c', `exec "$@" < "$0"`, archive, 'nsenter', ...target, ...ctr]);
  }

  /** What a program prints in its network alone, whether a command runs or not. */
  async network(program: string, ...args: string[]): Promise<string> {
    return (await execute('nsenter', [`--net=/run/netns/${this.namespace}`, '--', program, ...args])).stdout;
  }

  /** The process that is the first one of the machine: `nsenter` became `unshare`, whose child it is. */
  private firstProcess(): number {
    const pid = this.running?.pid ?? 0;
    const file = `/proc/${pid}/task/${pid}/children`;
    const [child] = existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : [];
    if (!child) throw new Error(`nothing runs on the machine: ${this.output}`);
    return Number(child);
  }
}
