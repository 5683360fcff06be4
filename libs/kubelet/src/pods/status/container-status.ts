import type { corev1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import type { RuntimeContainerStatus } from '../../runtime/container-service';
import { containersOf, isDeleting, isSidecar, type ContainerKind, type SpecContainer } from '../../pod-model/pod';
import type { Readiness } from '../../pod-model/probe-verdicts';
import { restartCount, shouldRestart } from '../../pod-model/restart';
import type { StartFailure } from '../../pod-model/start-error';
import type { PodRuntimeState } from '../../pod-model/state';

/** What the statuses of a pod's containers are computed from. */
export interface StatusFacts {
  readonly state: PodRuntimeState;
  readonly probes: Readiness;
  /** By container name. */
  readonly failures: ReadonlyMap<string, StartFailure>;
  /** By container id: what it left behind as its termination message. */
  readonly terminationMessages: ReadonlyMap<string, string>;
  /** Ids of containers that were ended so that they start anew, whatever they ended with. */
  readonly restarting: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One status for each container of a kind, in the order of the spec. */
export function containerStatuses(pod: corev1.Pod, kind: ContainerKind, facts: StatusFacts): corev1.ContainerStatus[] {
  return containersOf(pod)
    .filter((spec) => spec.kind === kind)
    .map((spec) => containerStatus(pod, spec, facts));
}

function containerStatus(pod: corev1.Pod, spec: SpecContainer, facts: StatusFacts): corev1.ContainerStatus {
  const { container, kind } = spec;
  const name = container.name ?? '';
  const attempts = facts.state.containers.filter((attempt) => attempt.name === name);
  const [current, before] = attempts;
  const failure = facts.failures.get(name);
  const old = oldStatus(pod, kind, name);

  let state: corev1.ContainerState;
  let lastState: corev1.ContainerState = old?.lastState ?? {};
  if (current === undefined) {
    const hasInit = (pod.spec?.initContainers ?? []).length > 0;
    state = lostState(pod, old) ?? { waiting: { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' } };
    if (isLost(pod, old) && lastState.terminated === undefined) lastState = { terminated: unknownEnd(deletedMessage) };
    if (failure !== undefined) state = { waiting: waitingFor(failure) };
  } else {
    state = stateOf(current, facts);
    if (before !== undefined) lastState = stateOf(before, facts);
    if (failure !== undefined && state.running === undefined && shouldRestart(pod, spec, current)) {
      if (state.terminated !== undefined) lastState = state;
      state = { waiting: waitingFor(failure) };
    }
  }

  const running = current?.phase === 'running';
  const started = running && facts.probes.started(current.id);
  // An init container is ready once it has done its work, and not while it is at it.
  const isPlainInit = kind === 'init' && !isSidecar(container);
  const serves = kind !== 'ephemeral' && running && started && facts.probes.ready(current.id);
  return {
    name,
    state,
    lastState,
    ready: isPlainInit ? state.terminated?.exitCode === 0 : serves,
    restartCount: current === undefined ? (old?.restartCount ?? 0) + (isLost(pod, old) ? 1 : 0) : restartCount(current),
    image: current === undefined || current.image === '' ? (container.image ?? '') : imageName(current, container),
    imageID: current?.imageRef ?? '',
    ...(current === undefined ? {} : { containerID: `containerd://${current.id}` }),
    started: isPlainInit ? false : started,
    ...resourcesOf(container, kind),
    ...mountsOf(container),
    ...userOf(current),
  };
}

const deletedMessage = 'The container could not be located when the pod was deleted.  The container used to be Running';
const terminatedMessage = 'The container could not be located when the pod was terminated';

/** The end of a container that nobody saw. */
function unknownEnd(message: string): corev1.ContainerStateTerminated {
  return { exitCode: 137, reason: 'ContainerStatusUnknown', message, startedAt: null, finishedAt: null };
}

/** A container whose record is gone keeps the end that was reported before. */
function lostState(pod: corev1.Pod, old: corev1.ContainerStatus | undefined): corev1.ContainerState | undefined {
  if (old?.state?.terminated !== undefined) return old.state;
  if (!isDeleting(pod) || old?.state?.running === undefined) return undefined;
  return { terminated: unknownEnd(terminatedMessage) };
}

/** Whether a container of a pod that goes on ran when it was last heard of, and has no record: it is started anew. */
function isLost(pod: corev1.Pod, old: corev1.ContainerStatus | undefined): boolean {
  return old?.state?.running !== undefined && !isDeleting(pod);
}

function oldStatus(pod: corev1.Pod, kind: ContainerKind, name: string): corev1.ContainerStatus | undefined {
  const status = pod.status;
  const lists = {
    init: status?.initContainerStatuses,
    main: status?.containerStatuses,
    ephemeral: status?.ephemeralContainerStatuses,
  };
  return lists[kind]?.find((candidate) => candidate.name === name);
}

function waitingFor(failure: StartFailure): corev1.ContainerStateWaiting {
  return { reason: failure.reason, ...(failure.message === '' ? {} : { message: failure.message }) };
}

// The runtime may name an image by its id; then the spec's name tells more.
function imageName(status: RuntimeContainerStatus, container: corev1.Container): string {
  return status.image.startsWith('sha256:') ? (container.image ?? status.image) : status.image;
}

function stateOf(status: RuntimeContainerStatus, facts: StatusFacts): corev1.ContainerState {
  if (status.phase === 'running') return { running: { startedAt: formatTime(status.startedAt) } };
  if (status.phase === 'created') return { waiting: { reason: 'ContainerCreating' } };
  const message = facts.terminationMessages.get(status.id) ?? status.message;
  return {
    terminated: {
      exitCode: status.exitCode,
      reason: status.reason === '' ? (status.exitCode === 0 ? 'Completed' : 'Error') : status.reason,
      ...(message === '' ? {} : { message }),
      // A container that never ran has no times of its own.
      startedAt: formatTime(Math.max(0, status.startedAt)),
      finishedAt: formatTime(Math.max(0, status.finishedAt)),
      containerID: `containerd://${status.id}`,
    },
  };
}

function resourcesOf(container: corev1.Container, kind: ContainerKind): Partial<corev1.ContainerStatus> {
  if (kind === 'ephemeral') return {};
  const { limits, requests } = container.resources ?? {};
  return {
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    resources: { ...(limits === undefined ? {} : { limits }), ...(requests === undefined ? {} : { requests }) },
  };
}

function mountsOf(container: corev1.Container): Partial<corev1.ContainerStatus> {
  const mounts = container.volumeMounts ?? [];
  if (mounts.length === 0) return {};
  return {
    volumeMounts: mounts.map((mount) => ({
      name: mount.name ?? '',
      mountPath: mount.mountPath ?? '',
      ...(mount.readOnly === true ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
    })),
  };
}

function userOf(status: RuntimeContainerStatus | undefined): Partial<corev1.ContainerStatus> {
  if (status?.user === undefined) return {};
  const { uid, gid, groups } = status.user;
  return { user: { linux: { uid, gid, ...(groups.length === 0 ? {} : { supplementalGroups: [...groups] }) } } };
}
