import { credentials } from '@grpc/grpc-js';
import { criv1 } from '@skiff/contracts';
import { containerdEvents } from './containerd-events';
import { CriCalls, type CriCallOptions } from './cri-calls';
import { CriImages } from './cri-images';
import { containerFrom, ignoreMissing, orMissing, sandboxFrom, statusFrom, uidSelector } from './cri-mapping';
import type { KernelLog } from '../system/kernel-log';
import { RuntimeLabels } from './labels';
import {
  RuntimeError,
  type ContainerRuntime,
  type ContainerUsage,
  type ExecSyncResult,
  type Image,
  type ImageAuth,
  type RuntimeContainer,
  type RuntimeContainerStatus,
  type RuntimeHint,
  type RuntimeReadiness,
  type RuntimeSettings,
  type RuntimeVersion,
  type Sandbox,
  type SandboxStatus,
  type StreamOptions,
} from './types';
import { imageOfSandbox, runtimeSettings } from './verbose-info';

export interface CriClientOptions extends CriCallOptions {
  /** Such as `unix:///run/containerd/containerd.sock`. */
  readonly endpoint: string;
  /** Knows whom the kernel took memory from, and is closed by whoever opened it. */
  readonly kernelLog: KernelLog;
}

/** A runtime that comes back is found again within half a second. */
const channelOptions = {
  'grpc.max_receive_message_length': 64 << 20,
  'grpc.enable_retries': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 300,
};

/** The container runtime interface of a real runtime, over its socket. */
export class CriClient implements ContainerRuntime {
  private readonly runtime: InstanceType<typeof criv1.RuntimeServiceClient>;
  private readonly imageService: InstanceType<typeof criv1.ImageServiceClient>;
  private readonly calls: CriCalls;
  private readonly images: CriImages;
  /** Containers that the kernel took a process from for want of memory, as the runtime told. */
  private readonly outOfMemory = new Set<string>();
  private readonly kernelLog: KernelLog;

  constructor(options: CriClientOptions) {
    const insecure = credentials.createInsecure();
    this.runtime = new criv1.RuntimeServiceClient(options.endpoint, insecure, channelOptions);
    this.imageService = new criv1.ImageServiceClient(options.endpoint, insecure, channelOptions);
    this.calls = new CriCalls(options);
    this.images = new CriImages(this.imageService, this.calls);
    this.kernelLog = options.kernelLog;
  }

  close(): void {
    this.runtime.close();
    this.imageService.close();
  }

  async version(): Promise<RuntimeVersion> {
    const answer = await this.calls.call<criv1.VersionResponse>('version', (done) =>
      this.runtime.version({ version: '0.1.0' }, done),
    );
    return { name: answer.runtimeName, version: answer.runtimeVersion };
  }

  async readiness(): Promise<RuntimeReadiness> {
    const answer = await this.calls.call<criv1.StatusResponse>('status', (done) =>
      this.runtime.status({ verbose: false }, done),
    );
    const conditions = answer.status?.conditions ?? [];
    const network = conditions.find((condition) => condition.type === 'NetworkReady');
    const runtime = conditions.find((condition) => condition.type === 'RuntimeReady');
    const bad = runtime?.status === false ? runtime : network;
    return {
      runtimeReady: runtime?.status ?? false,
      networkReady: network?.status ?? false,
      reason: bad?.reason ?? '',
      message: bad?.message ?? '',
    };
  }

  async settings(): Promise<RuntimeSettings> {
    const answer = await this.calls.call<criv1.StatusResponse>('status', (done) =>
      this.runtime.status({ verbose: true }, done),
    );
    return runtimeSettings(answer.info);
  }

  async runSandbox(config: criv1.PodSandboxConfig, runtimeHandler: string): Promise<string> {
    const answer = await this.calls.call<criv1.RunPodSandboxResponse>('run_podsandbox', (done) =>
      this.runtime.runPodSandbox({ config, runtimeHandler }, done),
    );
    return answer.podSandboxId;
  }

  async stopSandbox(id: string): Promise<void> {
    await ignoreMissing(
      this.calls.call('stop_podsandbox', (done) => this.runtime.stopPodSandbox({ podSandboxId: id }, done)),
    );
  }

  async removeSandbox(id: string): Promise<void> {
    this.outOfMemory.delete(id);
    await ignoreMissing(
      this.calls.call('remove_podsandbox', (done) => this.runtime.removePodSandbox({ podSandboxId: id }, done)),
    );
  }

  async sandboxStatus(id: string): Promise<SandboxStatus> {
    const answer = await this.calls.call<criv1.PodSandboxStatusResponse>('podsandbox_status', (done) =>
      this.runtime.podSandboxStatus({ podSandboxId: id, verbose: false }, done),
    );
    const status = answer.status;
    if (status === undefined) throw new RuntimeError('NotFound', `sandbox ${id} has no status`);
    const network = status.network;
    const ips = [network?.ip ?? '', ...(network?.additionalIps ?? []).map((extra) => extra.ip)];
    return { ...sandboxFrom(status), ips: ips.filter((ip) => ip !== '') };
  }

  async listSandboxes(podUid?: string): Promise<Sandbox[]> {
    const filter = criv1.PodSandboxFilter.fromPartial({ labelSelector: uidSelector(podUid) });
    const answer = await this.calls.call<criv1.ListPodSandboxResponse>('list_podsandbox', (done) =>
      this.runtime.listPodSandbox({ filter }, done),
    );
    return answer.items.map(sandboxFrom);
  }

  async listSandboxImages(): Promise<string[]> {
    const images = (await this.listSandboxes()).map(async ({ id }) => {
      const status = this.calls.call<criv1.PodSandboxStatusResponse>('podsandbox_status', (done) =>
        this.runtime.podSandboxStatus({ podSandboxId: id, verbose: true }, done),
      );
      return imageOfSandbox((await orMissing(status))?.info ?? {});
    });
    return (await Promise.all(images)).filter((image) => image !== undefined);
  }

  async createContainer(
    podSandboxId: string,
    config: criv1.ContainerConfig,
    sandboxConfig: criv1.PodSandboxConfig,
  ): Promise<string> {
    const answer = await this.calls.call<criv1.CreateContainerResponse>('create_container', (done) =>
      this.runtime.createContainer({ podSandboxId, config, sandboxConfig }, done),
    );
    return answer.containerId;
  }

  async startContainer(containerId: string): Promise<void> {
    await this.calls.call('start_container', (done) => this.runtime.startContainer({ containerId }, done));
  }

  async stopContainer(containerId: string, graceSeconds: number): Promise<void> {
    await ignoreMissing(
      this.calls.call('stop_container', (done) =>
        this.runtime.stopContainer({ containerId, timeout: BigInt(Math.ceil(graceSeconds)) }, done),
      ),
    );
  }

  async removeContainer(containerId: string): Promise<void> {
    this.outOfMemory.delete(containerId);
    await ignoreMissing(
      this.calls.call('remove_container', (done) => this.runtime.removeContainer({ containerId }, done)),
    );
  }

  async containerStatus(containerId: string): Promise<RuntimeContainerStatus> {
    const answer = await this.calls.call<criv1.ContainerStatusResponse>('container_status', (done) =>
      this.runtime.containerStatus({ containerId, verbose: false }, done),
    );
    const status = answer.status;
    if (status === undefined) throw new RuntimeError('NotFound', `container ${containerId} has no status`);
    return statusFrom(this.ranOutOfMemory(status) ? { ...status, reason: 'OOMKilled' } : status);
  }

  /** The runtime hears of it at the same time as the kubelet, and may not have noted it yet, or never hear of it. */
  private ranOutOfMemory({ id, exitCode, reason }: criv1.ContainerStatus): boolean {
    if (exitCode !== 137 || reason === 'OOMKilled') return false;
    return this.outOfMemory.has(id) || this.kernelLog.hasVictim(id);
  }

  async listContainers(podUid?: string): Promise<RuntimeContainer[]> {
    const filter = criv1.ContainerFilter.fromPartial({ labelSelector: uidSelector(podUid) });
    const answer = await this.calls.call<criv1.ListContainersResponse>('list_containers', (done) =>
      this.runtime.listContainers({ filter }, done),
    );
    return answer.containers.map(containerFrom);
  }

  async reopenContainerLog(containerId: string): Promise<void> {
    await this.calls.call('reopen_container_log', (done) => this.runtime.reopenContainerLog({ containerId }, done));
  }

  async containerStats(): Promise<ContainerUsage[]> {
    const answer = await this.calls.call<criv1.ListContainerStatsResponse>('list_container_stats', (done) =>
      this.runtime.listContainerStats({ filter: undefined }, done),
    );
    return answer.stats.map((stats) => ({
      containerId: stats.attributes?.id ?? '',
      podUid: stats.attributes?.labels[RuntimeLabels.podUid] ?? '',
      name: stats.attributes?.labels[RuntimeLabels.containerName] ?? '',
      cpuNanoseconds: Number(stats.cpu?.usageCoreNanoSeconds?.value ?? 0n),
      memoryWorkingSetBytes: Number(stats.memory?.workingSetBytes?.value ?? 0n),
    }));
  }

  async execSync(containerId: string, command: readonly string[], timeoutSeconds: number): Promise<ExecSyncResult> {
    return this.calls.call<criv1.ExecSyncResponse>('exec_sync', (done) =>
      this.runtime.execSync({ containerId, cmd: [...command], timeout: BigInt(timeoutSeconds) }, done),
    );
  }

  async exec(containerId: string, command: readonly string[], options: StreamOptions): Promise<string> {
    const answer = await this.calls.call<criv1.ExecResponse>('exec', (done) =>
      this.runtime.exec({ containerId, cmd: [...command], ...options }, done),
    );
    return answer.url;
  }

  async attach(containerId: string, options: StreamOptions): Promise<string> {
    const answer = await this.calls.call<criv1.AttachResponse>('attach', (done) =>
      this.runtime.attach({ containerId, ...options }, done),
    );
    return answer.url;
  }

  async portForward(podSandboxId: string, ports: readonly number[]): Promise<string> {
    const answer = await this.calls.call<criv1.PortForwardResponse>('port_forward', (done) =>
      this.runtime.portForward({ podSandboxId, port: [...ports] }, done),
    );
    return answer.url;
  }

  imageStatus(reference: string): Promise<Image | undefined> {
    return this.images.imageStatus(reference);
  }

  pullImage(reference: string, auth: ImageAuth | undefined, sandbox: criv1.PodSandboxConfig): Promise<string> {
    return this.images.pullImage(reference, auth, sandbox);
  }

  listImages(): Promise<Image[]> {
    return this.images.listImages();
  }

  removeImage(reference: string): Promise<void> {
    return this.images.removeImage(reference);
  }

  imageFileSystem(): Promise<{ mountpoint: string; usedBytes: number } | undefined> {
    return this.images.imageFileSystem();
  }

  async *hints(signal: AbortSignal): AsyncIterable<RuntimeHint> {
    for await (const { id, kind } of containerdEvents(this.runtime, signal)) {
      if (kind === 'oom') this.outOfMemory.add(id);
      yield { id };
    }
  }
}
