import type { criv1 } from '@skiff/contracts';
import { systemRandom, type Clock, type Random } from '@skiff/platform';
import { HintStream } from './hint-stream';
import { SimulatedImages } from './simulated-images';
import { newContainer, newId, newSandbox } from './simulated-records';
import type { ContainerRuntime } from './container-runtime';
import type { ContainerUsage, RuntimeContainer, RuntimeContainerStatus } from './container-service';
import type { ImageService } from './image-service';
import { RuntimeError } from './runtime-error';
import type { RuntimeHint, RuntimeReadiness, RuntimeSettings, RuntimeVersion } from './runtime-info';
import type { Sandbox, SandboxStatus } from './sandbox-service';
import type { ExecSyncResult } from './streaming-runtime';

/** How a simulated container behaves; asked when it starts. */
export interface SimulatedBehaviour {
  /** Ends by itself after so many milliseconds; it runs on without it. */
  readonly exitAfter?: number;
  /** Default 0. */
  readonly exitCode?: number;
}

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  /** What the ids of sandboxes and containers are made from. Default: the system's. */
  readonly random?: Random;
  /** First three octets of the addresses of pods. Default `10.255.0`. */
  readonly addressPrefix?: string;
  /** Milliseconds that a sandbox and a container take to start. Default 0. */
  readonly startDelay?: number;
  /** What a container does, by its configuration. Default: it runs until it is stopped. */
  readonly behaviour?: (config: criv1.ContainerConfig) => SimulatedBehaviour;
  /** What a command in a container answers. Default: nothing, with success. */
  readonly exec?: (containerId: string, command: readonly string[]) => ExecSyncResult;
  /** Whether an image can be pulled; all can by default. */
  readonly canPull?: (reference: string) => boolean;
}

/** A container runtime in memory, for simulated nodes and for tests: nothing runs, all is reported. */
export class SimulatedRuntime implements ContainerRuntime {
  readonly images: ImageService;
  private readonly sandboxes = new Map<string, SandboxStatus>();
  private readonly containers = new Map<string, RuntimeContainerStatus>();
  private readonly configs = new Map<string, criv1.ContainerConfig>();
  private readonly told = new HintStream();
  private readonly random: Random;
  private addresses = 1;

  constructor(private readonly options: SimulatedRuntimeOptions) {
    this.images = new SimulatedImages(options.canPull);
    this.random = options.random ?? systemRandom;
  }

  async version(): Promise<RuntimeVersion> {
    return { name: 'simulated', version: '1.0.0' };
  }

  async readiness(): Promise<RuntimeReadiness> {
    return { runtimeReady: true, networkReady: true, reason: '', message: '' };
  }

  hints(signal: AbortSignal): AsyncIterable<RuntimeHint> {
    return this.told.follow(signal);
  }

  /** Its sandboxes need no image, and its containers no profiles. */
  async settings(): Promise<RuntimeSettings> {
    return { sandboxImage: undefined, appArmor: true };
  }

  async listSandboxImages(): Promise<string[]> {
    return [];
  }

  async runSandbox(config: criv1.PodSandboxConfig): Promise<string> {
    await this.delay();
    const id = newId(this.random, `sandbox of ${config.metadata?.uid}`);
    this.addresses += 1;
    const ip = `${this.options.addressPrefix ?? '10.255.0'}.${1 + (this.addresses % 254)}`;
    this.sandboxes.set(id, newSandbox(id, config, { ip, createdAt: this.options.clock.now() }));
    return id;
  }

  async stopSandbox(id: string): Promise<void> {
    const sandbox = this.sandboxes.get(id);
    if (sandbox === undefined) return;
    for (const container of this.containers.values()) {
      if (container.sandboxId === id) this.end(container.id, 137);
    }
    this.sandboxes.set(id, { ...sandbox, ready: false, ips: [] });
  }

  async removeSandbox(id: string): Promise<void> {
    await this.stopSandbox(id);
    for (const container of [...this.containers.values()]) {
      if (container.sandboxId === id) await this.removeContainer(container.id);
    }
    this.sandboxes.delete(id);
  }

  async sandboxStatus(id: string): Promise<SandboxStatus> {
    return this.sandboxes.get(id) ?? missing('sandbox', id);
  }

  async listSandboxes(podUid?: string): Promise<Sandbox[]> {
    return [...this.sandboxes.values()].filter((sandbox) => podUid === undefined || sandbox.podUid === podUid);
  }

  async createContainer(sandboxId: string, config: criv1.ContainerConfig): Promise<string> {
    if (!this.sandboxes.has(sandboxId)) missing('sandbox', sandboxId);
    const id = newId(this.random, `container ${config.metadata?.name} of ${sandboxId}`);
    this.configs.set(id, config);
    this.containers.set(id, newContainer(id, config, { sandboxId, createdAt: this.options.clock.now() }));
    return id;
  }

  async startContainer(id: string): Promise<void> {
    await this.delay();
    const container = this.containers.get(id) ?? missing('container', id);
    const { clock, behaviour } = this.options;
    this.containers.set(id, { ...container, phase: 'running', startedAt: clock.now() });
    const config = this.configs.get(id);
    const { exitAfter, exitCode = 0 } = (config === undefined ? undefined : behaviour?.(config)) ?? {};
    if (exitAfter !== undefined) clock.after(exitAfter, () => this.end(id, exitCode));
  }

  async stopContainer(id: string): Promise<void> {
    this.end(id, 0);
  }

  async removeContainer(id: string): Promise<void> {
    this.containers.delete(id);
    this.configs.delete(id);
  }

  async containerStatus(id: string): Promise<RuntimeContainerStatus> {
    return this.containers.get(id) ?? missing('container', id);
  }

  async listContainers(podUid?: string): Promise<RuntimeContainer[]> {
    return [...this.containers.values()].filter((container) => podUid === undefined || container.podUid === podUid);
  }

  async reopenContainerLog(): Promise<void> {
    // Simulated containers write nothing.
  }

  async containerStats(): Promise<ContainerUsage[]> {
    return [...this.containers.values()]
      .filter(({ phase }) => phase === 'running')
      .map(({ id, podUid, name }) => ({ containerId: id, podUid, name, cpuNanoseconds: 0, memoryWorkingSetBytes: 0 }));
  }

  async execSync(containerId: string, command: readonly string[]): Promise<ExecSyncResult> {
    if (this.containers.get(containerId)?.phase !== 'running') missing('container', containerId);
    return (
      this.options.exec?.(containerId, command) ?? { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), exitCode: 0 }
    );
  }

  exec(): Promise<string> {
    return unsupported('exec');
  }

  attach(): Promise<string> {
    return unsupported('attach');
  }

  portForward(): Promise<string> {
    return unsupported('port-forward');
  }

  /** Ends a running container, as if its process had exited with this code. */
  end(id: string, exitCode: number): void {
    const container = this.containers.get(id);
    if (container?.phase !== 'running') return;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    this.containers.set(id, { ...container, phase: 'exited', finishedAt: this.options.clock.now(), exitCode, reason });
    this.told.tell({ id });
  }

  private async delay(): Promise<void> {
    const { clock, startDelay = 0 } = this.options;
    if (startDelay > 0) await clock.sleep(startDelay);
  }
}

function missing(what: string, id: string): never {
  throw new RuntimeError('NotFound', `${what} "${id}": not found`);
}

function unsupported(what: string): Promise<never> {
  return Promise.reject(new RuntimeError('Unimplemented', `${what} is not possible in a simulated container`));
}
