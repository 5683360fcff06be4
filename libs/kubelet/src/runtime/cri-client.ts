import { Client, credentials } from '@grpc/grpc-js';
import { criv1 } from '@skiff/contracts';
import { containerdEvents } from './containerd-events';
import { CriCalls, type CriCallOptions } from './cri-calls';
import { CriImages } from './cri-images';
import {
  containerFrom,
  ignoreMissing,
  orMissing,
  readinessFrom,
  sandboxFrom,
  sandboxStatusFrom,
  statusFrom,
  uidSelector,
  usageFrom,
} from './cri-mapping';
import type { KernelLog } from '../system/kernel-log';
import { OutOfMemory } from './out-of-memory';
import type { ContainerRuntime } from './container-runtime';
import type { ContainerUsage, RuntimeContainer, RuntimeContainerStatus } from './container-service';
import type { ImageService } from './image-service';
import { RuntimeError } from './runtime-error';
import type { RuntimeHint, RuntimeReadiness, RuntimeSettings, RuntimeVersion } from './runtime-info';
import type { Sandbox, SandboxStatus } from './sandbox-service';
import type { ExecSyncResult, StreamOptions } from './streaming-runtime';
import { imageOfSandbox, runtimeSettings } from './verbose-info';

export interface CriClientOptions extends CriCallOptions {
  /** Such as `unix:///run/containerd/containerd.sock`. */
  readonly endpoint: string;
  /** Knows whom the kernel took memory from, and is closed by whoever opened it. */
  readonly kernelLog: KernelLog;
}

const service = criv1.RuntimeServiceService;

/** A runtime that comes back is found again within half a second. */
const channelOptions = {
  'grpc.max_receive_message_length': 64 << 20,
  'grpc.enable_retries': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 300,
};

/** The container runtime interface of a real runtime, over its socket. */
export class CriClient implements ContainerRuntime {
  private readonly connection: Client;
  private readonly calls: CriCalls;
  readonly images: ImageService;
  private readonly outOfMemory: OutOfMemory;

  constructor(options: CriClientOptions) {
    this.connection = new Client(options.endpoint, credentials.createInsecure(), channelOptions);
    this.calls = new CriCalls(this.connection, options);
    this.images = new CriImages(this.calls);
    this.outOfMemory = new OutOfMemory(options.kernelLog);
  }

  close(): void {
    this.connection.close();
  }

  async version(): Promise<RuntimeVersion> {
    const answer = await this.calls.call('version', service.version, { version: '0.1.0' });
    return { name: answer.runtimeName, version: answer.runtimeVersion };
  }

  async readiness(): Promise<RuntimeReadiness> {
    const answer = await this.calls.call('status', service.status, { verbose: false });
    return readinessFrom(answer.status?.conditions ?? []);
  }

  async settings(): Promise<RuntimeSettings> {
    const answer = await this.calls.call('status', service.status, { verbose: true });
    return runtimeSettings(answer.info);
  }

  async runSandbox(config: criv1.PodSandboxConfig, runtimeHandler: string): Promise<string> {
    const answer = await this.calls.call('run_podsandbox', service.runPodSandbox, { config, runtimeHandler });
    return answer.podSandboxId;
  }

  async stopSandbox(id: string): Promise<void> {
    await ignoreMissing(this.calls.call('stop_podsandbox', service.stopPodSandbox, { podSandboxId: id }));
  }

  async removeSandbox(id: string): Promise<void> {
    this.outOfMemory.forget(id);
    await ignoreMissing(this.calls.call('remove_podsandbox', service.removePodSandbox, { podSandboxId: id }));
  }

  async sandboxStatus(id: string): Promise<SandboxStatus> {
    const { status } = await this.statusOfSandbox(id, false);
    if (status === undefined) throw new RuntimeError('NotFound', `sandbox ${id} has no status`);
    return sandboxStatusFrom(status);
  }

  async listSandboxes(podUid?: string): Promise<Sandbox[]> {
    const filter = criv1.PodSandboxFilter.fromPartial({ labelSelector: uidSelector(podUid) });
    const answer = await this.calls.call('list_podsandbox', service.listPodSandbox, { filter });
    return answer.items.map(sandboxFrom);
  }

  async listSandboxImages(): Promise<string[]> {
    const images = (await this.listSandboxes()).map(async ({ id }) => {
      const answer = await orMissing(this.statusOfSandbox(id, true));
      return imageOfSandbox(answer?.info ?? {});
    });
    return (await Promise.all(images)).filter((image) => image !== undefined);
  }

  private statusOfSandbox(podSandboxId: string, verbose: boolean): Promise<criv1.PodSandboxStatusResponse> {
    return this.calls.call('podsandbox_status', service.podSandboxStatus, { podSandboxId, verbose });
  }

  async createContainer(
    podSandboxId: string,
    config: criv1.ContainerConfig,
    sandboxConfig: criv1.PodSandboxConfig,
  ): Promise<string> {
    const request = { podSandboxId, config, sandboxConfig };
    return (await this.calls.call('create_container', service.createContainer, request)).containerId;
  }

  async startContainer(containerId: string): Promise<void> {
    await this.calls.call('start_container', service.startContainer, { containerId });
  }

  async stopContainer(containerId: string, graceSeconds: number): Promise<void> {
    const timeout = BigInt(Math.ceil(graceSeconds));
    await ignoreMissing(this.calls.call('stop_container', service.stopContainer, { containerId, timeout }));
  }

  async removeContainer(containerId: string): Promise<void> {
    this.outOfMemory.forget(containerId);
    await ignoreMissing(this.calls.call('remove_container', service.removeContainer, { containerId }));
  }

  async containerStatus(containerId: string): Promise<RuntimeContainerStatus> {
    const request = { containerId, verbose: false };
    const { status } = await this.calls.call('container_status', service.containerStatus, request);
    if (status === undefined) throw new RuntimeError('NotFound', `container ${containerId} has no status`);
    return statusFrom(this.outOfMemory.explain(status));
  }

  async listContainers(podUid?: string): Promise<RuntimeContainer[]> {
    const filter = criv1.ContainerFilter.fromPartial({ labelSelector: uidSelector(podUid) });
    const answer = await this.calls.call('list_containers', service.listContainers, { filter });
    return answer.containers.map(containerFrom);
  }

  async reopenContainerLog(containerId: string): Promise<void> {
    await this.calls.call('reopen_container_log', service.reopenContainerLog, { containerId });
  }

  async containerStats(): Promise<ContainerUsage[]> {
    const answer = await this.calls.call('list_container_stats', service.listContainerStats, { filter: undefined });
    return answer.stats.map(usageFrom);
  }

  async execSync(containerId: string, command: readonly string[], timeoutSeconds: number): Promise<ExecSyncResult> {
    const request = { containerId, cmd: [...command], timeout: BigInt(timeoutSeconds) };
    return this.calls.call('exec_sync', service.execSync, request);
  }

  async exec(containerId: string, command: readonly string[], options: StreamOptions): Promise<string> {
    const answer = await this.calls.call('exec', service.exec, { containerId, cmd: [...command], ...options });
    return answer.url;
  }

  async attach(containerId: string, options: StreamOptions): Promise<string> {
    const answer = await this.calls.call('attach', service.attach, { containerId, ...options });
    return answer.url;
  }

  async portForward(podSandboxId: string, ports: readonly number[]): Promise<string> {
    const answer = await this.calls.call('port_forward', service.portForward, { podSandboxId, port: [...ports] });
    return answer.url;
  }

  async *hints(signal: AbortSignal): AsyncIterable<RuntimeHint> {
    for await (const { id, kind } of containerdEvents(this.connection, signal)) {
      if (kind === 'oom') this.outOfMemory.note(id);
      yield { id };
    }
  }
}
