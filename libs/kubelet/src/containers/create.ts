import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { corev1, criv1 } from '@skiff/contracts';
import { randomUuid, type Logger, type Random } from '@skiff/platform';
import { containerEvent, type EventSink } from '../events';
import type { ImageManager, ReadyImage } from '../images/image-manager';
import type { Directories } from '../pod-model/directories';
import { hostAliasLines, hostsFile, podHostname } from '../pod-model/dns';
import { ContainerConfigError, containerEnvironment, type ObjectLookup } from '../pod-model/env';
import type { NodeFields } from '../pod-model/fields';
import { podUid, type SpecContainer } from '../pod-model/pod';
import { restartCount } from '../pod-model/restart';
import { StartError } from '../pod-model/start-error';
import type { ContainerService, RuntimeContainerStatus } from '../runtime/container-service';
import { RuntimeError } from '../runtime/runtime-error';
import type { Mounter } from '../system/mounts';
import type { MountedVolumes } from '../volumes/reconciler';
import { containerConfig } from './config';
import { containerMounts, createTerminationLog, writeHostsFile } from './mounts';
import { restartsWithoutRecord } from './restart-count';

/** What a container of a pod is started with. */
export interface StartInput {
  readonly pod: corev1.Pod;
  readonly spec: SpecContainer;
  readonly sandboxId: string;
  readonly sandboxConfig: criv1.PodSandboxConfig;
  readonly podIps: readonly string[];
  readonly volumes: MountedVolumes;
  /** The newest attempt so far, which has ended. */
  readonly before: RuntimeContainerStatus | undefined;
  /** The newest attempt of the container that it is to see the processes of. */
  readonly target: RuntimeContainerStatus | undefined;
}

/** What of a node containers are made from. */
export interface CreateParts {
  readonly runtime: Pick<ContainerService, 'createContainer'>;
  readonly images: Pick<ImageManager, 'ensure'>;
  readonly objects: ObjectLookup;
  /** Services that pods of a namespace are told of. */
  services(namespace: string): readonly corev1.Service[];
  readonly node: NodeFields;
  readonly nodeMemoryBytes: number;
  readonly clusterDomain: string;
  readonly directories: Directories;
  readonly mounts: Mounter;
  readonly events: EventSink;
  readonly logger: Logger;
  readonly random: Random;
}

/** Asked between the steps of a start: a start that is not wanted any more stops there. */
export type StillWanted = () => boolean;

/** The pod went away while one of its containers was being started. */
export class StartAbandoned extends Error {
  override readonly name = 'StartAbandoned';
}

/** Sees to the image and makes the container; its id. Throws a StartError. */
export async function createContainer(parts: CreateParts, input: StartInput, wanted: StillWanted): Promise<string> {
  const image = await ensureImage(parts, input);
  if (!wanted()) throw new StartAbandoned();
  let config: criv1.ContainerConfig;
  try {
    config = await configure(parts, input, image);
  } catch (error) {
    const reason = error instanceof ContainerConfigError ? 'CreateContainerConfigError' : 'CreateContainerError';
    throw startFailed(parts, input, reason, error);
  }
  if (!wanted()) throw new StartAbandoned();
  try {
    return await parts.runtime.createContainer(input.sandboxId, config, input.sandboxConfig);
  } catch (error) {
    throw startFailed(parts, input, 'CreateContainerError', error);
  }
}

/** Tells of the failure in an event; what to throw. */
export function startFailed(
  { events }: Pick<CreateParts, 'events'>,
  { pod, spec }: StartInput,
  reason: string,
  cause: unknown,
): StartError {
  const message = describe(cause);
  containerEvent(events, { pod, spec }, 'Warning', 'Failed', `Error: ${message}`);
  return new StartError(reason, message, { cause });
}

export function describe(error: unknown): string {
  if (error instanceof RuntimeError) return error.description;
  return error instanceof Error ? error.message : String(error);
}

async function ensureImage({ events, images, objects }: CreateParts, input: StartInput): Promise<ReadyImage> {
  const { pod, spec } = input;
  try {
    return await images.ensure(pod, spec, await pullSecrets(objects, pod), input.sandboxConfig);
  } catch (error) {
    if (error instanceof StartError) {
      containerEvent(events, { pod, spec }, 'Warning', 'Failed', `Error: ${error.reason}`);
    }
    throw error;
  }
}

async function pullSecrets(objects: ObjectLookup, pod: corev1.Pod): Promise<corev1.Secret[]> {
  const names = (pod.spec?.imagePullSecrets ?? []).map((reference) => reference.name ?? '');
  const namespace = pod.metadata?.namespace ?? '';
  const found = await Promise.all(names.map((name) => objects.secret(namespace, name)));
  return found.filter((secret) => secret !== undefined);
}

async function configure(
  parts: CreateParts,
  input: StartInput,
  { image, reference }: ReadyImage,
): Promise<criv1.ContainerConfig> {
  const { directories, logger, mounts, node, objects } = parts;
  const { pod, podIps, spec } = input;
  const { container } = spec;
  const name = container.name ?? '';
  const uid = podUid(pod);
  const logs = join(directories.podLogs(pod), name);
  const targetId = targetOf(input);
  const services = parts.services(pod.metadata?.namespace ?? '');
  const environment = await containerEnvironment({ ...node, pod, podIps, container, services, objects });
  const resolvedMounts = await containerMounts({
    ...{ pod, container, environment, logger },
    volumes: input.volumes,
    hostsFile: await ensureHostsFile(parts, pod, podIps),
    subPathDirectory: directories.subPaths(uid),
    mounter: mounts,
  });
  const attempt = randomUuid(parts.random, `termination log of ${uid}/${name}`).slice(0, 8);
  const terminationLog = join(directories.pod(uid), 'containers', name, attempt);
  await createTerminationLog(terminationLog);
  const count = await restartCountOf(input, logs);
  await mkdir(logs, { recursive: true });
  return containerConfig({
    ...{ pod, container, environment, image, targetId, terminationLog },
    restartCount: count,
    imageRef: reference,
    mounts: resolvedMounts,
    nodeMemoryBytes: parts.nodeMemoryBytes,
    seccompDirectory: directories.seccomp,
  });
}

async function restartCountOf({ before, pod, spec }: StartInput, logs: string): Promise<number> {
  return before === undefined ? restartsWithoutRecord(pod, spec, logs) : restartCount(before) + 1;
}

function targetOf({ spec, target }: StartInput): string | undefined {
  if (spec.target !== undefined && target === undefined)
    throw new ContainerConfigError(`unable to find target container ${spec.target}`);
  return target?.id;
}

async function ensureHostsFile(
  { clusterDomain, directories }: CreateParts,
  pod: corev1.Pod,
  podIps: readonly string[],
): Promise<string | undefined> {
  const path = join(directories.pod(podUid(pod)), 'etc-hosts');
  if (pod.spec?.hostNetwork === true) {
    const aliases = hostAliasLines(pod);
    if (aliases === '') return undefined;
    await writeHostsFile(path, `# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n${aliases}`);
    return path;
  }
  await writeHostsFile(path, hostsFile(pod, podIps, podHostname(pod, clusterDomain)));
  return path;
}
