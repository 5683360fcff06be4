import type { corev1 } from '@skiff/contracts';
import { containerHash } from '../pod-model/container-hash';
import { containersOf, isSidecar, type SpecContainer } from '../pod-model/pod';
import type { ProbeVerdicts } from '../pod-model/probe-verdicts';
import { shouldRestart } from '../pod-model/restart';
import { latest, readySandbox, runningContainers, type PodRuntimeState } from '../pod-model/state';
import { RuntimeAnnotations } from '../runtime/labels';
import type { RuntimeContainerStatus } from '../runtime/container-service';
import type { PodMemory } from './memory';

export interface ContainerToKill {
  readonly id: string;
  readonly name: string;
  /** For the event. Empty: the usual "Stopping container". */
  readonly message: string;
}

/** What has to happen in the runtime for a pod to be as its spec says, if nothing had to wait. */
export interface PodActions {
  /** All work of the pod is done: nothing of it is to run any more. */
  readonly over: boolean;
  /** Stop all containers and the sandbox first. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  /** Attempt number of a sandbox to be created. */
  readonly sandboxAttempt: number;
  readonly kill: readonly ContainerToKill[];
  /** Ids of the containers that are killed to start anew, whatever they end with. */
  readonly restarts: readonly string[];
  /** To be started side by side. */
  readonly start: readonly SpecContainer[];
}

/** What the kubelet did itself before, and the runtime does not say. */
export type ActsBefore = Pick<PodMemory, 'restarting' | 'stopped'>;

const nothing: PodActions = {
  over: false,
  killPod: false,
  createSandbox: false,
  sandboxAttempt: 0,
  kill: [],
  restarts: [],
  start: [],
};

/**
 * Compares what a pod should be with what the runtime has. The rules are those
 * of upstream's computePodActions: a dead sandbox is replaced unless all work is
 * done; init containers go one after another, restartable ones stay; main
 * containers start together.
 */
export function podActions(
  pod: corev1.Pod,
  state: PodRuntimeState,
  probes: ProbeVerdicts,
  before: ActsBefore,
): PodActions {
  const hostNetwork = pod.spec?.hostNetwork === true;
  const sandbox = readySandbox(state, hostNetwork);
  if (sandbox === undefined) return withNewSandbox(pod, state, before);

  const extraSandboxes = state.sandboxes.filter((other) => other.ready).length > 1;
  if (extraSandboxes) return { ...withNewSandbox(pod, state, before), killPod: true };

  const found: Found = { pod, state, probes, before, kill: [], restarts: [], start: [] };
  const { kill, restarts, start } = found;
  for (const spec of containersOf(pod)) {
    if (spec.kind === 'ephemeral' && latest(state, spec.container.name) === undefined) start.push(spec);
  }
  const mains = containersOf(pod).filter((spec) => spec.kind === 'main');
  const initialized = planInit(found, mains);
  const over = { ...nothing, over: true, killPod: isUp(state, before) };
  if (initialized === 'failed') return over;
  if (!initialized) return { ...nothing, kill, restarts, start };

  let kept = 0;
  for (const spec of mains) if (planContainer(found, spec)) kept += 1;
  if (kept === 0 && start.every((spec) => spec.kind !== 'main')) return over;
  return { ...nothing, kill, restarts, start };
}

/** Whether something of the pod still runs, or a sandbox that is dead may still hold its network. */
export function isUp(state: PodRuntimeState, { stopped }: Pick<ActsBefore, 'stopped'>): boolean {
  return runningContainers(state).length > 0 || state.sandboxes.some(({ id, ready }) => ready || !stopped.has(id));
}

function withNewSandbox(pod: corev1.Pod, state: PodRuntimeState, before: ActsBefore): PodActions {
  const attempt = (state.sandboxes[0]?.attempt ?? -1) + 1;
  const killPod = isUp(state, before);
  const specs = containersOf(pod);
  const mains = specs.filter((spec) => spec.kind === 'main');
  const inits = specs.filter((spec) => spec.kind === 'init');
  const never = pod.spec?.restartPolicy === 'Never';
  // A pod that is never restarted gets no second sandbox once a container ran.
  if (never && attempt > 0 && state.containers.length > 0) return { ...nothing, over: true, killPod };
  const due = mains.filter((spec) => isDue(pod, spec, stopped(latest(state, spec.container.name)), before));
  if (due.length === 0 && mains.length > 0) return { ...nothing, over: true, killPod };
  const first = inits[0];
  const running = runningContainers(state).filter(({ name }) => due.some(({ container }) => container.name === name));
  return {
    over: false,
    killPod,
    createSandbox: true,
    sandboxAttempt: attempt,
    kill: [],
    restarts: running.map(({ id }) => id),
    start: first === undefined ? due : [first],
  };
}

/** Whether a container is to be started: one that was ended for that is, whatever it ended with. */
function isDue(
  pod: corev1.Pod,
  spec: SpecContainer,
  status: RuntimeContainerStatus | undefined,
  { restarting }: ActsBefore,
): boolean {
  if (status?.phase === 'exited' && restarting.has(status.id)) return true;
  return shouldRestart(pod, spec, status);
}

/** A container counts as ended once its sandbox is gone. */
function stopped(status: RuntimeContainerStatus | undefined): RuntimeContainerStatus | undefined {
  return status === undefined || status.phase !== 'running' ? status : { ...status, phase: 'exited', exitCode: 137 };
}

/** What is looked at, and what was found to do so far. */
interface Found {
  readonly pod: corev1.Pod;
  readonly state: PodRuntimeState;
  readonly probes: ProbeVerdicts;
  readonly before: ActsBefore;
  readonly kill: ContainerToKill[];
  readonly restarts: string[];
  readonly start: SpecContainer[];
}

/** Whether all init containers have done their part; `failed` when one never will. */
function planInit(found: Found, mains: readonly SpecContainer[]): boolean | 'failed' {
  const { pod, state, probes, before, start } = found;
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
      planContainer(found, spec);
      const up = status?.phase === 'running' && probes.started(status.id);
      if (!up && !mainStarted) return false;
      continue;
    }
    if (mainStarted) continue;
    const current = status !== undefined && status.createdAt >= sandboxCreated ? status : undefined;
    if (current?.phase === 'exited' && current.exitCode === 0) continue;
    if (current?.phase === 'running') return false;
    if (current !== undefined && !isDue(pod, spec, current, before)) return 'failed';
    start.push(spec);
    return false;
  }
  return true;
}

/** Plans one long-running container; whether it stays as it is. */
function planContainer({ pod, state, probes, before, kill, restarts, start }: Found, spec: SpecContainer): boolean {
  const name = spec.container.name ?? '';
  const status = latest(state, name);
  if (status?.phase !== 'running') {
    if (!isDue(pod, spec, status, before)) return false;
    if (status?.phase === 'unknown') {
      kill.push({ id: status.id, name, message: '' });
      restarts.push(status.id);
    }
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
  if (restart) {
    restarts.push(status.id);
    start.push(spec);
  }
  return false;
}
