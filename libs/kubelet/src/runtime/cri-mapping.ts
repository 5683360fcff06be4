import { status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import { criv1 } from '@skiff/contracts';
import { RuntimeLabels } from './labels';
import type { ContainerPhase, ContainerUsage, RuntimeContainer, RuntimeContainerStatus } from './container-service';
import type { Image } from './image-service';
import { RuntimeError } from './runtime-error';
import type { RuntimeReadiness } from './runtime-info';
import type { Sandbox, SandboxStatus } from './sandbox-service';

export function uidSelector(podUid: string | undefined): Record<string, string> {
  return podUid === undefined ? {} : { [RuntimeLabels.podUid]: podUid };
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6;
}

export function sandboxFrom(sandbox: criv1.PodSandbox | criv1.PodSandboxStatus): Sandbox {
  return {
    id: sandbox.id,
    podUid: sandbox.metadata?.uid ?? '',
    podName: sandbox.metadata?.name ?? '',
    podNamespace: sandbox.metadata?.namespace ?? '',
    attempt: sandbox.metadata?.attempt ?? 0,
    ready: sandbox.state === criv1.PodSandboxState.SANDBOX_READY,
    createdAt: milliseconds(sandbox.createdAt),
    labels: sandbox.labels,
    annotations: sandbox.annotations,
  };
}

export function sandboxStatusFrom(status: criv1.PodSandboxStatus): SandboxStatus {
  const { ip = '', additionalIps = [] } = status.network ?? {};
  const ips = [ip, ...additionalIps.map((extra) => extra.ip)];
  return { ...sandboxFrom(status), ips: ips.filter((each) => each !== '') };
}

export function readinessFrom(conditions: readonly criv1.RuntimeCondition[]): RuntimeReadiness {
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

export function usageFrom({ attributes, cpu, memory }: criv1.ContainerStats): ContainerUsage {
  return {
    containerId: attributes?.id ?? '',
    podUid: attributes?.labels[RuntimeLabels.podUid] ?? '',
    name: attributes?.labels[RuntimeLabels.containerName] ?? '',
    cpuNanoseconds: Number(cpu?.usageCoreNanoSeconds?.value ?? 0n),
    memoryWorkingSetBytes: Number(memory?.workingSetBytes?.value ?? 0n),
  };
}

const phases: Record<number, ContainerPhase> = {
  [criv1.ContainerState.CONTAINER_CREATED]: 'created',
  [criv1.ContainerState.CONTAINER_RUNNING]: 'running',
  [criv1.ContainerState.CONTAINER_EXITED]: 'exited',
};

export function containerFrom(
  container: Pick<
    criv1.Container,
    'id' | 'podSandboxId' | 'metadata' | 'state' | 'createdAt' | 'image' | 'imageRef' | 'labels' | 'annotations'
  >,
): RuntimeContainer {
  return {
    id: container.id,
    sandboxId: container.podSandboxId,
    podUid: container.labels[RuntimeLabels.podUid] ?? '',
    name: container.metadata?.name ?? '',
    attempt: container.metadata?.attempt ?? 0,
    phase: phases[container.state] ?? 'unknown',
    createdAt: milliseconds(container.createdAt),
    image: container.image?.image ?? '',
    imageRef: container.imageRef,
    labels: container.labels,
    annotations: container.annotations,
  };
}

export function statusFrom(status: criv1.ContainerStatus): RuntimeContainerStatus {
  const user = status.user?.linux;
  return {
    ...containerFrom({ ...status, podSandboxId: '' }),
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

export function imageFrom(image: criv1.Image): Image {
  return {
    id: image.id,
    tags: image.repoTags,
    digests: image.repoDigests,
    size: Number(image.size),
    uid: image.uid === undefined ? undefined : Number(image.uid.value),
    username: image.username,
    pinned: image.pinned,
  };
}

const codeNames: Record<number, string> = Object.fromEntries(
  Object.entries({
    Canceled: GrpcStatus.CANCELLED,
    Unknown: GrpcStatus.UNKNOWN,
    InvalidArgument: GrpcStatus.INVALID_ARGUMENT,
    DeadlineExceeded: GrpcStatus.DEADLINE_EXCEEDED,
    NotFound: GrpcStatus.NOT_FOUND,
    AlreadyExists: GrpcStatus.ALREADY_EXISTS,
    PermissionDenied: GrpcStatus.PERMISSION_DENIED,
    ResourceExhausted: GrpcStatus.RESOURCE_EXHAUSTED,
    FailedPrecondition: GrpcStatus.FAILED_PRECONDITION,
    Aborted: GrpcStatus.ABORTED,
    OutOfRange: GrpcStatus.OUT_OF_RANGE,
    Unimplemented: GrpcStatus.UNIMPLEMENTED,
    Internal: GrpcStatus.INTERNAL,
    Unavailable: GrpcStatus.UNAVAILABLE,
    DataLoss: GrpcStatus.DATA_LOSS,
    Unauthenticated: GrpcStatus.UNAUTHENTICATED,
  }).map(([name, code]) => [code, name]),
);

export function runtimeError(error: ServiceError): RuntimeError {
  return new RuntimeError(codeNames[error.code] ?? 'Unknown', error.details || error.message, { cause: error });
}

export function isUnimplemented(error: unknown): boolean {
  return (error as Partial<ServiceError>).code === GrpcStatus.UNIMPLEMENTED;
}

export async function ignoreMissing(call: Promise<unknown>): Promise<void> {
  await orMissing(call);
}

/** Undefined when what was asked for is gone. */
export async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RuntimeError && error.code === 'NotFound') return undefined;
    throw error;
  }
}
