import type { corev1 } from '@skiff/contracts';
import { sandboxProblem } from '../containers/sandbox-config';
import {
  isDeleting,
  isTerminalPhase,
  podFullName,
  podUid,
  specGraceSeconds,
  type SpecContainer,
} from '../pod-model/pod';
import type { ProbeVerdicts } from '../pod-model/probe-verdicts';
import type { StartFailure } from '../pod-model/start-error';
import { latest, type PodRuntimeState } from '../pod-model/state';
import { isUp, podActions, type PodActions } from './actions';
import { deadlineLeft, deadlineMessage } from './deadline';
import type { PodEnd, PodMemory } from './memory';
import { retryDelay } from './retries';

/** What holds for the whole node when a pod is looked at. */
export interface Now {
  /** Milliseconds since the epoch. */
  readonly wall: number;
  /** Of the clock that is never set, in milliseconds. */
  readonly monotonic: number;
  /** Why no pod network can be had; undefined when it can. */
  readonly networkProblem: string | undefined;
}

/** A container that crashed and may not start yet. */
export interface WaitingContainer {
  readonly spec: SpecContainer;
  /** What its status says meanwhile. */
  readonly failure: StartFailure;
}

/** What is to be done for a pod that goes on. */
export interface RunPlan extends PodActions {
  readonly step: 'run';
  /** Why there is no sandbox to be had, for an event; it is tried again. */
  readonly refusal: StartFailure | undefined;
  readonly waiting: readonly WaitingContainer[];
  /** Milliseconds until the pod has to be looked at again if nothing happens before. */
  readonly until: number;
}

/** What is to be done for a pod now. */
export type PodPlan =
  /** It is being deleted: end all within the grace period, and let its object go. */
  | { readonly step: 'terminate'; readonly graceSeconds: number }
  /** It reached its end but is kept: nothing of it is to run. */
  | { readonly step: 'settle'; readonly killPod: boolean }
  /** It has to be decided whether the node takes it. */
  | { readonly step: 'admit' }
  /** The node ends it. */
  | { readonly step: 'expire'; readonly end: PodEnd }
  | RunPlan;

/** Whether nothing of a pod is to start any more: it is being deleted or has been ended. */
export function isGoing(pod: corev1.Pod, { deleted, ended }: Pick<PodMemory, 'deleted' | 'ended'>): boolean {
  return deleted || ended !== undefined || isDeleting(pod);
}

/** Decides what is to be done for a pod, what has to wait, and for how long. Acts on nothing itself. */
export function planPod(
  pod: corev1.Pod,
  state: PodRuntimeState,
  probes: ProbeVerdicts,
  memory: PodMemory,
  now: Now,
): PodPlan {
  if (memory.deleted || isDeleting(pod)) return { step: 'terminate', graceSeconds: graceSeconds(pod) };
  if (memory.ended !== undefined || isTerminalPhase(pod.status?.phase))
    return { step: 'settle', killPod: isUp(state, memory) };
  if (!memory.admitted) return { step: 'admit' };
  const left = deadlineLeft(pod, memory.startTime, now.wall);
  if (left <= 0) return { step: 'expire', end: { reason: 'DeadlineExceeded', message: deadlineMessage } };
  return planRun(pod, state, podActions(pod, state, probes, memory), memory, { ...now, left });
}

/** The grace period of a pod that is deleted, in seconds. */
function graceSeconds(pod: corev1.Pod): number {
  return Math.max(1, pod.metadata?.deletionGracePeriodSeconds ?? specGraceSeconds(pod));
}

function planRun(
  pod: corev1.Pod,
  state: PodRuntimeState,
  actions: PodActions,
  memory: PodMemory,
  now: Now & { readonly left: number },
): RunPlan {
  const refusal = actions.createSandbox ? refusalOf(pod, now.networkProblem) : undefined;
  const start: SpecContainer[] = [];
  const waiting: WaitingContainer[] = [];
  let until = now.left;
  for (const spec of actions.start) {
    const name = spec.container.name ?? '';
    if (memory.starting.has(name)) continue;
    const retry = (memory.retries.get(name) ?? 0) - now.monotonic;
    const crash = crashDelay(pod, spec, state, memory, now.wall);
    if (retry <= 0 && crash > 0) waiting.push({ spec, failure: crashLoop(pod, name, memory) });
    if (retry <= 0 && crash <= 0) start.push(spec);
    else until = Math.min(until, retry > 0 ? retry : crash);
  }
  if (refusal !== undefined) until = Math.min(until, retryDelay);
  return { ...actions, step: 'run', start, waiting, refusal, until };
}

/** Why a pod gets no sandbox now. */
function refusalOf(pod: corev1.Pod, networkProblem: string | undefined): StartFailure | undefined {
  if (networkProblem !== undefined && pod.spec?.hostNetwork !== true)
    return { reason: 'NetworkNotReady', message: `network is not ready: ${networkProblem}` };
  const problem = sandboxProblem(pod);
  if (problem === undefined) return undefined;
  return { reason: 'FailedCreatePodSandBox', message: `Failed to create pod sandbox: ${problem}` };
}

/** The key of a container's crashes. */
export function crashKey(pod: corev1.Pod, name: string): string {
  return `${podUid(pod)}_${name}`;
}

/** Milliseconds that a container that crashed still has to wait; 0 for one that may start. */
function crashDelay(
  pod: corev1.Pod,
  { container: { name = '' } }: SpecContainer,
  state: PodRuntimeState,
  { crashBackOff }: Pick<PodMemory, 'crashBackOff'>,
  now: number,
): number {
  const before = latest(state, name);
  return before?.phase === 'exited' ? crashBackOff.remaining(crashKey(pod, name), before.finishedAt, now) : 0;
}

function crashLoop(pod: corev1.Pod, name: string, { crashBackOff }: Pick<PodMemory, 'crashBackOff'>): StartFailure {
  const delay = formatDelay(crashBackOff.delay(crashKey(pod, name)));
  const message = `back-off ${delay} restarting failed container=${name} pod=${podFullName(pod)}`;
  return { reason: 'CrashLoopBackOff', message };
}

/** As Go prints a whole number of seconds. */
function formatDelay(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
