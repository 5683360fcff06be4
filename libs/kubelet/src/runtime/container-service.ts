import type { criv1 } from '@skiff/contracts';

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

/** Usage of one container; CPU in nanoseconds since its start, memory in bytes. */
export interface ContainerUsage {
  readonly containerId: string;
  readonly podUid: string;
  readonly name: string;
  readonly cpuNanoseconds: number;
  readonly memoryWorkingSetBytes: number;
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
