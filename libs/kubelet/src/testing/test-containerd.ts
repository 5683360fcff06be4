import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { trace } from '@opentelemetry/api';
import { systemClock } from '@skiff/platform';
import type { KubeletMetrics } from '../metrics';
import { architecture } from '../node/system-facts';
import { CriClient } from '../runtime/cri-client';
import { LinuxKernelLog } from '../system/linux/kernel-log';
import { linuxMounter } from '../system/linux/mounts';
import { renderContainerdConfig } from '../runtime/containerd-config';
import { busyboxFiles, imageArchive } from './image-archive';

const run = promisify(execFile);
const busyboxPath = '/bin/busybox';
const applets = [
  'sh',
  'cat',
  'echo',
  'sleep',
  'true',
  'false',
  'touch',
  'stty',
  'nc',
  'ls',
  'env',
  'id',
  'httpd',
  'head',
  'find',
  'sort',
];

export const testImage = 'docker.io/library/busybox:1.29';
export const testSandboxImage = 'skiff.test/pause:1';

/** What a test with real containers lacks on this machine; undefined if nothing. */
export function missingForContainerd(): string | undefined {
  if (process.getuid?.() !== 0) return 'root';
  const programs = ['/usr/bin/containerd', '/usr/bin/ctr', busyboxPath];
  return programs.find((program) => !existsSync(program));
}

/** A containerd of a test's own, with a busybox image; pods of it use the host's network. */
export class TestContainerd {
  private constructor(
    readonly directory: string,
    readonly runtime: CriClient,
    private readonly kernelLog: LinuxKernelLog,
    private readonly process: ChildProcess,
  ) {}

  /** `metrics` count its calls. */
  static async start(metrics?: KubeletMetrics): Promise<TestContainerd> {
    const directory = await mkdtemp(join(tmpdir(), 'kubelet-test-'));
    const socket = join(directory, 'containerd.sock');
    const cni = join(directory, 'cni');
    await mkdir(cni);
    // Enough for the runtime to call its network ready.
    const loopback = { cniVersion: '0.4.0', name: 'none', plugins: [{ type: 'loopback' }] };
    await writeFile(join(cni, '10-none.conflist'), JSON.stringify(loopback));
    const config = join(directory, 'config.toml');
    await writeFile(
      config,
      renderContainerdConfig({
        rootDirectory: join(directory, 'root'),
        stateDirectory: join(directory, 'state'),
        socket,
        cniConfigDirectory: cni,
        cniBinaryDirectory: '/usr/lib/cni',
        sandboxImage: testSandboxImage,
      }),
    );
    const child = spawn('containerd', ['--config', config, '--log-level', 'error'], { stdio: 'ignore' });
    const kernelLog = new LinuxKernelLog();
    const runtime = new CriClient({
      endpoint: `unix://${socket}`,
      tracer: trace.getTracer('test'),
      clock: systemClock,
      metrics,
      kernelLog,
    });
    const containerd = new TestContainerd(directory, runtime, kernelLog, child);
    try {
      await containerd.waitUntilUp();
      await containerd.loadSandboxImage();
      await containerd.loadTestImage();
    } catch (error) {
      await containerd.stop();
      throw error;
    }
    return containerd;
  }

  /** Removes all pods, ends containerd and leaves nothing behind. */
  async stop(): Promise<void> {
    for (const { id } of await this.runtime.listSandboxes().catch(() => [])) {
      await this.runtime.stopSandbox(id);
      await this.runtime.removeSandbox(id);
    }
    this.runtime.close();
    this.kernelLog.close();
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    if (this.process.exitCode === null && this.process.kill()) await ended;
    await linuxMounter.unmountBelow(this.directory);
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Kills the process that holds a sandbox, and no other of its pod. */
  killSandbox(id: string): Promise<void> {
    return this.ctr('tasks', 'kill', '--signal', 'SIGKILL', id);
  }

  loadSandboxImage(): Promise<void> {
    return this.load(testSandboxImage, ['/bin/sh', '-c', 'trap exit TERM; while :; do sleep 3600 & wait; done']);
  }

  loadTestImage(): Promise<void> {
    return this.load(testImage, undefined);
  }

  private async waitUntilUp(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.runtime.version();
        return;
      } catch (error) {
        if (attempt > 200 || this.process.exitCode !== null) throw error;
        await systemClock.sleep(50);
      }
    }
  }

  private async load(reference: string, entrypoint: string[] | undefined): Promise<void> {
    const archive = join(this.directory, 'image.tar');
    const files = busyboxFiles(readFileSync(busyboxPath), applets);
    const start = entrypoint === undefined ? { command: ['sh'] } : { entrypoint };
    await writeFile(archive, imageArchive({ reference, files, architecture: architecture(), ...start }));
    await this.ctr('images', 'import', archive);
  }

  private async ctr(...args: string[]): Promise<void> {
    await run('ctr', ['--address', join(this.directory, 'containerd.sock'), '-n', 'k8s.io', ...args]);
  }
}
