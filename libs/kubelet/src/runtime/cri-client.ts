import { credentials, type ServiceError } from '@grpc/grpc-js';
import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { criv1 } from '@skiff/contracts';
import { readEnvelope, subscribeToExits } from './containerd-events';
import {
  containerFrom,
  ignoreMissing,
  imageFrom,
  isUnimplemented,
  milliseconds,
  runtimeError,
  sandboxFrom,
  uidSelector,
} from './cri-mapping';
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
  type RuntimeVersion,
  type Sandbox,
  type SandboxStatus,
  type StreamOptions,
} from './types';

export interface CriClientOptions {
  /** Such as `unix:///run/containerd/containerd.sock`. */
  readonly endpoint: string;
  readonly tracer: Tracer;
}

type Callback<T> = (error: ServiceError | null, value: T) => void;

const channelOptions = { 'grpc.max_receive_message_length': 64 << 20, 'grpc.enable_retries': 0 };

/** The container runtime interface of a real runtime, over its socket. */
export class CriClient implements ContainerRuntime {
  private readonly runtime: InstanceType<typeof criv1.RuntimeServiceClient>;
  private readonly images: InstanceType<typeof criv1.ImageServiceClient>;
  private readonly tracer: Tracer;

  constructor(options: CriClientOptions) {
    const insecure = credentials.createInsecure();
    this.runtime = new criv1.RuntimeServiceClient(options.endpoint, insecure, channelOptions);
    this.images = new criv1.ImageServiceClient(options.endpoint, insecure, channelOptions);
    this.tracer = options.tracer;
  }

  close(): void {
    this.runtime.close();
    this.images.close();
  }

  async version(): Promise<RuntimeVersion> {
    const answer = await this.call<criv1.VersionResponse>('', (done) =>
      this.runtime.version({ version: '0.1.0' }, done),
    );
    return { name: answer.runtimeName, version: answer.runtimeVersion };
  }

  async readiness(): Promise<RuntimeReadiness> {
    const answer = await this.call<criv1.StatusResponse>('', (done) => this.runtime.status({ verbose: false }, done));
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

  async runSandbox(config: criv1.PodSandboxConfig, runtimeHandler: string): Promise<string> {
    const answer = await this.call<criv1.RunPodSandboxResponse>('RunPodSandbox', (done) =>
      this.runtime.runPodSandbox({ config, runtimeHandler }, done),
    );
    return answer.podSandboxId;
  }

  async stopSandbox(id: string): Promise<void> {
    await this.call('StopPodSandbox', (done) => this.runtime.stopPodSandbox({ podSandboxId: id }, done));
  }

  async removeSandbox(id: string): Promise<void> {
    await this.call('RemovePodSandbox', (done) => this.runtime.removePodSandbox({ podSandboxId: id }, done));
  }

  async sandboxStatus(id: string): Promise<SandboxStatus> {
    const answer = await this.call<criv1.PodSandboxStatusResponse>('', (done) =>
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
    const answer = await this.call<criv1.ListPodSandboxResponse>('', (done) =>
      this.runtime.listPodSandbox({ filter }, done),
    );
    return answer.items.map(sandboxFrom);
  }

  async createContainer(
    podSandboxId: string,
    config: criv1.ContainerConfig,
    sandboxConfig: criv1.PodSandboxConfig,
  ): Promise<string> {
    const answer = await this.call<criv1.CreateContainerResponse>('CreateContainer', (done) =>
      this.runtime.createContainer({ podSandboxId, config, sandboxConfig }, done),
    );
    return answer.containerId;
  }

  async startContainer(containerId: string): Promise<void> {
    await this.call('StartContainer', (done) => this.runtime.startContainer({ containerId }, done));
  }

  async stopContainer(containerId: string, graceSeconds: number): Promise<void> {
    await ignoreMissing(
      this.call('StopContainer', (done) =>
        this.runtime.stopContainer({ containerId, timeout: BigInt(Math.ceil(graceSeconds)) }, done),
      ),
    );
  }

  async removeContainer(containerId: string): Promise<void> {
    await ignoreMissing(this.call('RemoveContainer', (done) => this.runtime.removeContainer({ containerId }, done)));
  }

  async containerStatus(containerId: string): Promise<RuntimeContainerStatus> {
    const answer = await this.call<criv1.ContainerStatusResponse>('', (done) =>
      this.runtime.containerStatus({ containerId, verbose: false }, done),
    );
    const status = answer.status;
    if (status === undefined) throw new RuntimeError('NotFound', `container ${containerId} has no status`);
    const user = status.user?.linux;
    return {
      ...containerFrom({ ...status, podSandboxId: '' }),
      image: status.image?.image ?? '',
      imageRef: status.imageRef,
      startedAt: milliseconds(status.startedAt),
      finishedAt: milliseconds(status.finishedAt),
      exitCode: status.exitCode,
      reason: status.reason,
      message: status.message,
      logPath: status.logPath,
      ...(user === undefined
        ? {}
        : { user: { uid: Number(user.uid), gid: Number(user.gid), groups: user.supplementalGroups.map(Number) } }),
    };
  }

  async listContainers(podUid?: string): Promise<RuntimeContainer[]> {
    const filter = criv1.ContainerFilter.fromPartial({ labelSelector: uidSelector(podUid) });
    const answer = await this.call<criv1.ListContainersResponse>('', (done) =>
      this.runtime.listContainers({ filter }, done),
    );
    return answer.containers.map(containerFrom);
  }

  async reopenContainerLog(containerId: string): Promise<void> {
    await this.call('ReopenContainerLog', (done) => this.runtime.reopenContainerLog({ containerId }, done));
  }

  async containerStats(): Promise<ContainerUsage[]> {
    const answer = await this.call<criv1.ListContainerStatsResponse>('', (done) =>
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
    return this.call<criv1.ExecSyncResponse>('ExecSync', (done) =>
      this.runtime.execSync({ containerId, cmd: [...command], timeout: BigInt(timeoutSeconds) }, done),
    );
  }

  async exec(containerId: string, command: readonly string[], options: StreamOptions): Promise<string> {
    const answer = await this.call<criv1.ExecResponse>('Exec', (done) =>
      this.runtime.exec({ containerId, cmd: [...command], ...options }, done),
    );
    return answer.url;
  }

  async attach(containerId: string, options: StreamOptions): Promise<string> {
    const answer = await this.call<criv1.AttachResponse>('Attach', (done) =>
      this.runtime.attach({ containerId, ...options }, done),
    );
    return answer.url;
  }

  async portForward(podSandboxId: string, ports: readonly number[]): Promise<string> {
    const answer = await this.call<criv1.PortForwardResponse>('PortForward', (done) =>
      this.runtime.portForward({ podSandboxId, port: [...ports] }, done),
    );
    return answer.url;
  }

  async imageStatus(reference: string): Promise<Image | undefined> {
    const image = criv1.ImageSpec.fromPartial({ image: reference });
    const answer = await this.call<criv1.ImageStatusResponse>('', (done) =>
      this.images.imageStatus({ image, verbose: false }, done),
    );
    return answer.image === undefined ? undefined : imageFrom(answer.image);
  }

  async pullImage(
    reference: string,
    auth: ImageAuth | undefined,
    sandboxConfig: criv1.PodSandboxConfig,
  ): Promise<string> {
    const image = criv1.ImageSpec.fromPartial({ image: reference });
    const credential = auth === undefined ? undefined : criv1.AuthConfig.fromPartial({ ...auth });
    const answer = await this.call<criv1.PullImageResponse>('PullImage', (done) =>
      this.images.pullImage({ image, auth: credential, sandboxConfig }, done),
    );
    return answer.imageRef;
  }

  async listImages(): Promise<Image[]> {
    const answer = await this.call<criv1.ListImagesResponse>('', (done) =>
      this.images.listImages({ filter: undefined }, done),
    );
    return answer.images.map(imageFrom);
  }

  async removeImage(reference: string): Promise<void> {
    const image = criv1.ImageSpec.fromPartial({ image: reference });
    await this.call('RemoveImage', (done) => this.images.removeImage({ image }, done));
  }

  async imageFileSystem(): Promise<{ mountpoint: string; usedBytes: number } | undefined> {
    const answer = await this.call<criv1.ImageFsInfoResponse>('', (done) => this.images.imageFsInfo({}, done));
    const first = answer.imageFilesystems[0];
    if (first === undefined) return undefined;
    return { mountpoint: first.fsId?.mountpoint ?? '', usedBytes: Number(first.usedBytes?.value ?? 0n) };
  }

  /**
   * containerd tells of every task over its own event service, also in versions
   * whose CRI has no container events.
   */
  async *hints(signal: AbortSignal): AsyncIterable<RuntimeHint> {
    const stream = this.runtime.makeServerStreamRequest(
      '/containerd.services.events.v1.Events/Subscribe',
      () => subscribeToExits,
      readEnvelope,
      {},
    );
    const cancel = (): void => stream.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      for await (const hint of stream) yield hint as RuntimeHint;
    } catch (error) {
      if (!signal.aborted && !isUnimplemented(error)) throw runtimeError(error as ServiceError);
    } finally {
      signal.removeEventListener('abort', cancel);
      stream.cancel();
    }
  }

  /** One call; named ones, those that change something, get a span. */
  private call<T>(span: string, start: (done: Callback<T>) => unknown): Promise<T> {
    const run = (): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        start((error, value) => (error === null ? resolve(value) : reject(runtimeError(error))));
      });
    if (span === '') return run();
    return this.tracer.startActiveSpan(`cri ${span}`, { kind: SpanKind.CLIENT }, async (active) => {
      try {
        return await run();
      } catch (error) {
        active.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
        throw error;
      } finally {
        active.end();
      }
    });
  }
}
