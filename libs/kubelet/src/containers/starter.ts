import { mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { criv1 } from '@skiff/contracts';
import { type corev1 } from '@skiff/contracts';
import { Attribute, objectAttributes, SpanName, withSpan } from '@skiff/platform';
import { containerEvent } from '../events';
import type { ProbeTarget } from '../probes/handlers';
import { RuntimeError, type RuntimeContainerStatus } from '../runtime/types';
import type { MountedVolumes } from '../volumes/reconciler';
import { containerMounts, createTerminationLog, writeHostsFile } from './mounts';
import { containerConfig } from './config';
import { restartCount } from '../pods/status/container-status';
import { hostAliasLines, hostsFile, podHostname } from '../pod-model/dns';
import { ContainerConfigError, containerEnvironment } from '../pod-model/env';
import { runHook } from './hooks';
import type { NodeContext } from '../pods/node-context';
import { podFullName, podUid, type SpecContainer } from '../pod-model/pod';
import { restartsWithoutRecord } from './restart-count';
import { StartError } from '../pod-model/start-error';

/** What containers of a pod are started with. */
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

/** Asked between the steps of a start: a start that is not wanted any more stops there. */
export type StillWanted = () => boolean;

/** The pod went away while one of its containers was being started. */
export class StartAbandoned extends Error {
  override readonly name = 'StartAbandoned';
}

/**
 * Starts one container: image, configuration, create, start, postStart hook.
 * Emits upstream's events. Throws a StartError that says what users see waiting.
 */
export function startContainer(
  context: NodeContext,
  input: StartInput,
  wanted: StillWanted,
  noteStarted: (status: RuntimeContainerStatus) => void,
): Promise<void> {
  const { name = '', image = '' } = input.spec.container;
  const attributes = {
    ...objectAttributes(input.pod, 'Pod'),
    [Attribute.container]: name,
    [Attribute.image]: image,
  };
  const run = (): Promise<void> => runSteps(context, input, wanted, noteStarted);
  return withSpan(context.tracer, SpanName.startContainer, { attributes }, run);
}

async function runSteps(
  context: NodeContext,
  input: StartInput,
  wanted: StillWanted,
  noteStarted: (status: RuntimeContainerStatus) => void,
): Promise<void> {
  const { pod, sandboxId, spec } = input;
  // A container's own status does not say which sandbox it is in.
  const statusOf = async (id: string): Promise<RuntimeContainerStatus> => ({
    ...(await context.runtime.containerStatus(id)),
    sandboxId,
  });
  const id = await createContainer(context, input, wanted);
  containerEvent(context.events, pod, spec, 'Normal', 'Created', 'Container created');
  if (!wanted()) {
    await context.runtime.removeContainer(id);
    throw new StartAbandoned();
  }
  try {
    await context.runtime.startContainer(id);
  } catch (error) {
    noteStarted(await statusOf(id));
    throw failed(context, input, 'RunContainerError', describe(error), error);
  }
  containerEvent(context.events, pod, spec, 'Normal', 'Started', 'Container started');
  const postStart = spec.container.lifecycle?.postStart;
  if (postStart !== undefined) await runPostStart(context, input, id, postStart);
  noteStarted(await statusOf(id));
}

async function createContainer(context: NodeContext, input: StartInput, wanted: StillWanted): Promise<string> {
  const { pod, spec } = input;
  const { reference, image } = await ensureImage(context, input);
  if (!wanted()) throw new StartAbandoned();
  const logDirectory = join(context.directories.podLogs(pod), spec.container.name ?? '');
  const count =
    input.before === undefined ? await restartsWithoutRecord(pod, spec, logDirectory) : restartCount(input.before) + 1;
  let config: criv1.ContainerConfig;
  try {
    const targetId = targetOf(input);
    const environment = await containerEnvironment({
      ...fieldContext(context, pod, input.podIps),
      container: spec.container,
      services: context.services(pod.metadata?.namespace ?? ''),
      objects: context.objects,
    });
    const mounts = await containerMounts({
      pod,
      container: spec.container,
      volumes: input.volumes,
      environment,
      hostsFile: await ensureHostsFile(context, pod, input.podIps),
      subPathDirectory: context.directories.subPaths(podUid(pod)),
      logger: context.logger,
      mounter: context.mounter,
    });
    const terminationLog = join(
      context.directories.pod(podUid(pod)),
      'containers',
      spec.container.name ?? '',
      randomUUID().slice(0, 8),
    );
    await createTerminationLog(terminationLog);
    await mkdir(logDirectory, { recursive: true });
    config = containerConfig({
      pod,
      container: spec.container,
      restartCount: count,
      imageRef: reference,
      image,
      environment,
      mounts,
      terminationLog,
      nodeMemoryBytes: context.memoryBytes,
      seccompDirectory: context.directories.seccomp,
      targetId,
    });
  } catch (error) {
    const reason = error instanceof ContainerConfigError ? 'CreateContainerConfigError' : 'CreateContainerError';
    throw failed(context, input, reason, describe(error), error);
  }
  if (!wanted()) throw new StartAbandoned();
  try {
    return await context.runtime.createContainer(input.sandboxId, config, input.sandboxConfig);
  } catch (error) {
    throw failed(context, input, 'CreateContainerError', describe(error), error);
  }
}

function targetOf({ spec, target }: StartInput): string | undefined {
  if (spec.target !== undefined && target === undefined)
    throw new ContainerConfigError(`unable to find target container ${spec.target}`);
  return target?.id;
}

async function ensureImage(context: NodeContext, input: StartInput): ReturnType<NodeContext['images']['ensure']> {
  const { pod, spec } = input;
  try {
    const secrets = await pullSecrets(context, pod);
    return await context.images.ensure(pod, spec, secrets, input.sandboxConfig);
  } catch (error) {
    if (error instanceof StartError) {
      containerEvent(context.events, pod, spec, 'Warning', 'Failed', `Error: ${error.reason}`);
    }
    throw error;
  }
}

async function pullSecrets(context: NodeContext, pod: corev1.Pod): Promise<corev1.Secret[]> {
  const names = (pod.spec?.imagePullSecrets ?? []).map((reference) => reference.name ?? '');
  const namespace = pod.metadata?.namespace ?? '';
  const found = await Promise.all(names.map((name) => context.objects.secret(namespace, name)));
  return found.filter((secret) => secret !== undefined);
}

function failed(
  context: NodeContext,
  { pod, spec }: StartInput,
  reason: string,
  message: string,
  cause: unknown,
): StartError {
  containerEvent(context.events, pod, spec, 'Warning', 'Failed', `Error: ${message}`);
  return new StartError(reason, message, { cause });
}

function describe(error: unknown): string {
  if (error instanceof RuntimeError) return error.description;
  return error instanceof Error ? error.message : String(error);
}

async function runPostStart(
  context: NodeContext,
  input: StartInput,
  id: string,
  handler: corev1.LifecycleHandler,
): Promise<void> {
  const { pod, spec } = input;
  const target: ProbeTarget = { containerId: id, podIp: input.podIps[0] ?? '', ports: spec.container.ports ?? [] };
  try {
    await runHook(context.runtime, context.clock, target, handler, 0);
  } catch (error) {
    context.logger.warn('a postStart hook failed', { pod: podFullName(pod), container: spec.container.name, error });
    // The hook's output stays out of the event: it may hold secrets.
    containerEvent(context.events, pod, spec, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
    throw new StartError('PostStartHookError', describe(error), { cause: error });
  }
}

/** What field references of a pod may name. */
export function fieldContext(
  context: NodeContext,
  pod: corev1.Pod,
  podIps: readonly string[],
): {
  pod: corev1.Pod;
  podIps: readonly string[];
  hostIps: readonly string[];
  nodeName: string;
  allocatable: NodeContext['allocatable'];
} {
  return { pod, podIps, hostIps: context.nodeIps, nodeName: context.nodeName, allocatable: context.allocatable };
}

async function ensureHostsFile(
  context: NodeContext,
  pod: corev1.Pod,
  podIps: readonly string[],
): Promise<string | undefined> {
  const path = join(context.directories.pod(podUid(pod)), 'etc-hosts');
  if (pod.spec?.hostNetwork === true) {
    const aliases = hostAliasLines(pod);
    if (aliases === '') return undefined;
    await writeHostsFile(path, `# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n${aliases}`);
    return path;
  }
  await writeHostsFile(path, hostsFile(pod, podIps, podHostname(pod, context.dns.domain)));
  return path;
}
