import type { criv1 } from '@skiff/contracts';

/** A failure that the container runtime reported, with its gRPC code name. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';

  constructor(
    /** Such as `NotFound` or `Unknown`. */
    readonly code: string,
    /** What the runtime said, without the decoration of gRPC. */
    readonly description: string,
    options?: { cause?: unknown },
  ) {
    super(`rpc error: code = ${code} desc = ${description}`, options);
  }

  /** Whether the runtime could not be reached at all. */
  get outage(): boolean {
    return this.code === 'Unavailable';
  }
}

/** A sandbox as listed. Times are milliseconds since the epoch. */
export interface Sandbox {
  readonly id: string;
  readonly podUid: string;
  readonly podName: string;
  readonly podNamespace: string;
  readonly attempt: number;
  readonly ready: boolean;
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface SandboxStatus extends Sandbox {
  /** Addresses of the pod, the primary one first; empty on the host network. */
  readonly ips: readonly string[];
}

export type ContainerPhase = 'created' | 'running' | 'exited' | 'unknown';

/** A container as listed. */
export interface RuntimeContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly podUid: string;
  readonly name: string;
  readonly attempt: number;
  readonly phase: ContainerPhase;
  readonly createdAt: number;
  readonly image: string;
  readonly imageRef: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a container is and how it ended. Times that did not come yet are 0. The runtime may leave the sandbox's id empty. */
export interface RuntimeContainerStatus extends RuntimeContainer {
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly logPath: string;
  readonly user?: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] } | undefined;
}

export interface ExecSyncResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

export interface StreamOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export interface RuntimeVersion {
  readonly name: string;
  readonly version: string;
}

export interface RuntimeReadiness {
  readonly runtimeReady: boolean;
  readonly networkReady: boolean;
  /** The runtime's words about what is not ready. */
  readonly reason: string;
  readonly message: string;
}

/** How the runtime is set up, as far as it says. */
export interface RuntimeSettings {
  /** Name of the image that sandboxes are made from; undefined if the runtime does not say. */
  readonly sandboxImage: string | undefined;
  /** False when it has been told to do without AppArmor. */
  readonly appArmor: boolean;
}

/** Usage of one container; CPU in nanoseconds since its start, memory in bytes. */
export interface ContainerUsage {
  readonly containerId: string;
  readonly podUid: string;
  readonly name: string;
  readonly cpuNanoseconds: number;
  readonly memoryWorkingSetBytes: number;
}

/** Something changed in the runtime; without an id anything may have. */
export interface RuntimeHint {
  readonly id?: string;
}

/** Sandboxes: the namespaces and addresses that the containers of a pod share. */
export interface SandboxService {
  runSandbox(config: criv1.PodSandboxConfig, runtimeHandler: string): Promise<string>;
  stopSandbox(id: string): Promise<void>;
  removeSandbox(id: string): Promise<void>;
  sandboxStatus(id: string): Promise<SandboxStatus>;
  listSandboxes(podUid?: string): Promise<Sandbox[]>;
  /** Names or ids of the images that sandboxes were made from, as far as the runtime says. */
  listSandboxImages(): Promise<string[]>;
}

/** Containers. Whatever is gone already counts as stopped and removed. */
export interface ContainerService {
  createContainer(
    sandboxId: string,
    config: criv1.ContainerConfig,
    sandboxConfig: criv1.PodSandboxConfig,
  ): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Sends the stop signal, then kills after `graceSeconds`. Resolves when it has ended. */
  stopContainer(id: string, graceSeconds: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  containerStatus(id: string): Promise<RuntimeContainerStatus>;
  listContainers(podUid?: string): Promise<RuntimeContainer[]>;
  reopenContainerLog(id: string): Promise<void>;
  containerStats(): Promise<ContainerUsage[]>;
}

/** Commands in containers and connections to pods. */
export interface StreamingRuntime {
  /** Rejects with code `DeadlineExceeded` when the command takes longer; 0 waits for ever. */
  execSync(containerId: string, command: readonly string[], timeoutSeconds: number): Promise<ExecSyncResult>;
  /** Address of a streaming endpoint that speaks SPDY remote command. */
  exec(containerId: string, command: readonly string[], options: StreamOptions): Promise<string>;
  attach(containerId: string, options: StreamOptions): Promise<string>;
  portForward(sandboxId: string, ports: readonly number[]): Promise<string>;
}

/** The runtime itself. */
export interface RuntimeInfo {
  version(): Promise<RuntimeVersion>;
  readiness(): Promise<RuntimeReadiness>;
  settings(): Promise<RuntimeSettings>;
  /**
   * Tells that something changed until the signal aborts. Ends early when the
   * runtime cannot tell; the caller lists instead.
   */
  hints(signal: AbortSignal): AsyncIterable<RuntimeHint>;
}

export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly size: number;
  /** Numeric user that the image runs as, if it says. */
  readonly uid?: number | undefined;
  /** Named user that the image runs as, if it says. */
  readonly username: string;
  readonly pinned: boolean;
}

export interface ImageAuth {
  readonly username: string;
  readonly password: string;
  readonly serverAddress: string;
}

export interface ImageService {
  /** Undefined when the image is not there. */
  imageStatus(reference: string): Promise<Image | undefined>;
  /** Resolves with the reference to run from. */
  pullImage(reference: string, auth: ImageAuth | undefined, sandbox: criv1.PodSandboxConfig): Promise<string>;
  listImages(): Promise<Image[]>;
  removeImage(reference: string): Promise<void>;
  /** Where images live and how many bytes they take. */
  imageFileSystem(): Promise<{ readonly mountpoint: string; readonly usedBytes: number } | undefined>;
}

/** All that a kubelet needs of a node's container runtime. */
export interface ContainerRuntime extends SandboxService, ContainerService, StreamingRuntime, RuntimeInfo {
  readonly images: ImageService;
}
