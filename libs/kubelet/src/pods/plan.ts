import type { corev1 } from '@skiff/contracts';
import type { RuntimeContainerStatus } from '../runtime/types';
import { RuntimeAnnotations } from '../runtime/labels';
import { containerHash } from '../pod-model/container-hash';
import { containersOf, isSidecar, type SpecContainer } from '../pod-model/pod';
import { latest, readySandbox, runningContainers, type PodRuntimeState } from '../pod-model/state';

export interface ContainerToKill {
  readonly id: string;
  readonly name: string;
  /** For the event. Empty: the usual "Stopping container". */
  readonly message: string;
}

/** What has to happen in the runtime for a pod to be as its spec says. */
export interface PodActions {
  /** Stop all containers and the sandbox first. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  /** Attempt number of a sandbox to be created. */
  readonly sandboxAttempt: number;
  readonly kill: readonly ContainerToKill[];
  /** To be started at once, side by side. */
  readonly start: readonly SpecContainer[];
}

/** What probes have found out about a running container. */
export interface ProbeVerdicts {
  /** `liveness` or `startup`, when that probe has given up on it. */
  failed(containerId: string): 'liveness' | 'startup' | undefined;
  /** Whether its startup probe, if any, has succeeded. */
  started(containerId: string): boolean;
}

const nothing: PodActions = { killPod: false, createSandbox: false, sandboxAttempt: 0, kill: [], start: [] };

/** Whether a container that is not running should run again, by the pod's restart policy. */
export function shouldRestart(
  pod: corev1.Pod,
  { kind, container }: SpecContainer,
  status: RuntimeContainerStatus | undefined,
): boolean {
  if (pod.metadata?.deletionTimestamp !== undefined && pod.metadata.deletionTimestamp !== null) return false;
  if (status === undefined || status.phase === 'created' || status.phase === 'unknown') return true;
  if (status.phase === 'running') return false;
  if (kind === 'ephemeral') return false;
  if (kind === 'init' && isSidecar(container)) return true;
  const policy = container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always';
  if (policy === 'Never') return false;
  return policy === 'OnFailure' || kind === 'init' ? status.exitCode !== 0 : true;
}

/**
 * Compares what a pod should be with what the runtime has. The rules are those
 * of upstream's computePodActions: a dead sandbox is replaced unless all work is
 * done; init containers go one after another, restartable ones stay; main
 * containers start together.
 */
export function planPod(pod: corev1.Pod, state: PodRuntimeState, probes: ProbeVerdicts): PodActions {
  const hostNetwork = pod.spec?.hostNetwork === true;
  const sandbox = readySandbox(state, hostNetwork);
  if (sandbox === undefined) return planNewSandbox(pod, state);

  const extraSandboxes = state.sandboxes.filter((other) => other.ready).length > 1;
  if (extraSandboxes) return { ...planNewSandbox(pod, state), killPod: true };

  const kill: ContainerToKill[] = [];
  const start: SpecContainer[] = [];
  for (const spec of containersOf(pod)) {
    if (spec.kind === 'ephemeral' && latest(state, spec.container.name) === undefined) start.push(spec);
  }
  const mains = containersOf(pod).filter((spec) => spec.kind === 'main');
  const initialized = planInit(pod, state, probes, mains, kill, start);
  if (initialized === 'failed') return { ...nothing, killPod: true };
  if (!initialized) return { ...nothing, kill, start };

  let kept = 0;
  for (const spec of mains) if (planContainer(pod, spec, state, probes, kill, start)) kept += 1;
  if (kept === 0 && start.every((spec) => spec.kind !== 'main')) return { ...nothing, killPod: true };
  return { ...nothing, kill, start };
}

function planNewSandbox(pod: corev1.Pod, state: PodRuntimeState): PodActions {
  const attempt = (state.sandboxes[0]?.attempt ?? -1) + 1;
  // A sandbox that is dead holds its network until it is stopped.
  const killPod = state.sandboxes.length > 0 || runningContainers(state).length > 0;
  const specs = containersOf(pod);
  const mains = specs.filter((spec) => spec.kind === 'main');
  const inits = specs.filter((spec) => spec.kind === 'init');
  const never = pod.spec?.restartPolicy === 'Never';
  // A pod that is never restarted gets no second sandbox once a container ran.
  if (never && attempt > 0 && state.containers.length > 0) return { ...nothing, killPod: true };
  const due = mains.filter((spec) => shouldRestart(pod, spec, stopped(latest(state, spec.container.name))));
  if (due.length === 0 && mains.length > 0) return { ...nothing, killPod };
  const first = inits[0];
  return {
    killPod,
    createSandbox: true,
    sandboxAttempt: attempt,
    kill: [],
    start: first === undefined ? due : [first],
  };
}

/** A container counts as ended once its sandbox is gone. */
function stopped(status: RuntimeContainerStatus | undefined): RuntimeContainerStatus | undefined {
  return status === undefined || status.phase !== 'running' ? status : { ...status, phase: 'exited', exitCode: 137 };
}

/** Whether all init containers have done their part; `failed` when one never will. */
function planInit(
  pod: corev1.Pod,
  state: PodRuntimeState,
  probes: ProbeVerdicts,
  mains: readonly SpecContainer[],
  kill: ContainerToKill[],
  start: SpecContainer[],
): boolean | 'failed' {
  // Once a main container exists in this sandbox, plain init containers are past.
  const sandboxCreated = state.sandboxes[0]?.createdAt ?? 0;
  const mainStarted = mains.some((spec) => {
    const status = latest(state, spec.container.name);
    return status !== undefined && status.createdAt >= sandboxCreated;
  });
  for (const spec of containersOf(pod)) {
    if (spec.kind !== 'init') continue;
    const status = latest(state, spec.container.name);
    if (isSidecar(spec.container)) {
      planContainer(pod, spec, state, probes, kill, start);
      const up = status?.phase === 'running' && probes.started(status.id);
      if (!up && !mainStarted) return false;
      continue;
    }
    if (mainStarted) continue;
    const current = status !== undefined && status.createdAt >= sandboxCreated ? status : undefined;
    if (current?.phase === 'exited' && current.exitCode === 0) continue;
    if (current?.phase === 'running') return false;
    if (current !== undefined && !shouldRestart(pod, spec, current)) return 'failed';
    start.push(spec);
    return false;
  }
  return true;
}

/** Plans one long-running container; whether it stays as it is. */
function planContainer(
  pod: corev1.Pod,
  spec: SpecContainer,
  state: PodRuntimeState,
  probes: ProbeVerdicts,
  kill: ContainerToKill[],
  start: SpecContainer[],
): boolean {
  const name = spec.container.name ?? '';
  const status = latest(state, name);
  if (status?.phase !== 'running') {
    if (!shouldRestart(pod, spec, status)) return false;
    if (status?.phase === 'unknown') kill.push({ id: status.id, name, message: '' });
    start.push(spec);
    return false;
  }
  const changed = status.annotations[RuntimeAnnotations.containerHash] !== containerHash(spec.container);
  const failed = probes.failed(status.id);
  if (!changed && failed === undefined) return true;
  const sidecar = spec.kind === 'init' && isSidecar(spec.container);
  const policy = spec.container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always';
  const restart = changed || sidecar || policy !== 'Never';
  const cause = changed ? 'definition changed' : `failed ${failed ?? ''} probe`;
  kill.push({ id: status.id, name, message: `Container ${name} ${cause}${restart ? ', will be restarted' : ''}` });
  if (restart) start.push(spec);
  return false;
}

/** Whether a plan says that all work of the pod is done. */
export function isFinal(actions: PodActions): boolean {
  return actions.killPod && !actions.createSandbox && actions.start.length === 0 && actions.kill.length === 0;
}
