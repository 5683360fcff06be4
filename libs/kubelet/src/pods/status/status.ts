import type { corev1 } from '@skiff/contracts';
import { qosClass } from '@skiff/resources';
import { podConditions } from './conditions';
import { containerStatuses, type StatusFacts } from './container-status';
import { latest } from '../../pod-model/state';
import { containersOf, isSidecar, isTerminalPhase } from '../../pod-model/pod';

/** What is known of a pod beside its spec, to compute its status from. */
export interface PodFacts extends StatusFacts {
  readonly hostIps: readonly string[];
  /** RFC 3339 time at which the kubelet first saw the pod. */
  readonly startTime: string;
  /** Why the node ended the pod (such as DeadlineExceeded), if it did. */
  readonly ended?: { readonly reason: string; readonly message: string } | undefined;
  /** The pod is going away or was ended; it becomes terminal once nothing runs. */
  readonly terminating: boolean;
}

/**
 * The status of a pod: phase, conditions, containers, addresses. Pure; modelled
 * on upstream's generateAPIPodStatus and mergePodStatus.
 */
export function computePodStatus(pod: corev1.Pod, facts: PodFacts): corev1.PodStatus {
  const old = pod.status ?? {};
  const hasInit = (pod.spec?.initContainers ?? []).length > 0;
  const init = containerStatuses(pod, 'init', facts);
  const main = containerStatuses(pod, 'main', facts).sort(byName);
  const ephemeral = containerStatuses(pod, 'ephemeral', facts);
  const phase = phaseOf(pod, facts, init, main);
  const generation = pod.metadata?.generation;
  const ips = podIps(pod, facts);
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  const ended = facts.ended ?? endedBefore(old);
  return {
    ...observed,
    phase,
    conditions: podConditions(pod, {
      phase,
      init,
      main,
      state: facts.state,
      now: facts.now,
      terminated: nothingRuns(facts),
    }),
    ...(ended === undefined ? {} : { reason: ended.reason, message: ended.message }),
    ...(facts.hostIps[0] === undefined
      ? {}
      : { hostIP: facts.hostIps[0], hostIPs: facts.hostIps.map((ip) => ({ ip })) }),
    ...(ips[0] === undefined ? {} : { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
    startTime: old.startTime ?? facts.startTime,
    ...(hasInit ? { initContainerStatuses: init } : {}),
    containerStatuses: main,
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral }),
    qosClass: old.qosClass ?? qosClass(pod),
  };
}

function endedBefore(old: corev1.PodStatus): { reason: string; message: string } | undefined {
  if (!isTerminalPhase(old.phase) || old.reason === undefined) return undefined;
  return { reason: old.reason, message: old.message ?? '' };
}

function byName(a: corev1.ContainerStatus, b: corev1.ContainerStatus): number {
  return (a.name ?? '') < (b.name ?? '') ? -1 : 1;
}

function podIps(pod: corev1.Pod, facts: PodFacts): string[] {
  if (pod.spec?.hostNetwork === true) return [...facts.hostIps];
  const sandbox = facts.state.sandboxes[0];
  if (sandbox?.ready === true && sandbox.ips.length > 0) return [...sandbox.ips];
  return (pod.status?.podIPs ?? []).flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
}

function nothingRuns(facts: PodFacts): boolean {
  return facts.state.containers.every((container) => container.phase !== 'running' && container.phase !== 'unknown');
}

/** Whether a container has ended only to start anew. */
function restarts({ restarting, state }: PodFacts): boolean {
  return state.containers.some(({ id, name }) => restarting.has(id) && latest(state, name)?.id === id);
}

function phaseOf(
  pod: corev1.Pod,
  facts: PodFacts,
  init: readonly corev1.ContainerStatus[],
  main: readonly corev1.ContainerStatus[],
): string {
  const old = pod.status?.phase;
  if (isTerminalPhase(old)) return old ?? 'Failed';
  const computed = computePhase(pod, init, main);
  const quiet = nothingRuns(facts);
  if (facts.ended !== undefined) return quiet ? 'Failed' : runningPhase(computed, old);
  if (!facts.terminating) return quiet && !restarts(facts) ? computed : runningPhase(computed, old);
  if (!quiet) return runningPhase(computed, old);
  // A pod that is deleted before all its containers ended well has failed.
  if (computed === 'Succeeded') return computed;
  const allWell = main.length > 0 && main.every((status) => status.state?.terminated?.exitCode === 0);
  return allWell ? 'Succeeded' : 'Failed';
}

function runningPhase(computed: string, old: string | undefined): string {
  return isTerminalPhase(computed) ? (old ?? 'Running') : computed;
}

/** The phase by the states of the containers, as upstream's getPhase. */
function computePhase(
  pod: corev1.Pod,
  init: readonly corev1.ContainerStatus[],
  main: readonly corev1.ContainerStatus[],
): string {
  const policy = pod.spec?.restartPolicy ?? 'Always';
  const specs = containersOf(pod);
  const sidecars = new Set(
    specs.filter((spec) => spec.kind === 'init' && isSidecar(spec.container)).map((spec) => spec.container.name),
  );
  let pendingInit = false;
  let failedInit = false;
  for (const status of init) {
    if (sidecars.has(status.name)) {
      if (status.started !== true) pendingInit = true;
      continue;
    }
    const terminated = status.state?.terminated;
    if (terminated !== undefined) {
      if (terminated.exitCode !== 0) {
        if (policy === 'Never') failedInit = true;
        else pendingInit = true;
      }
    } else if (status.lastState?.terminated?.exitCode === 0 && status.state?.waiting !== undefined) {
      continue;
    } else pendingInit = true;
  }
  let running = 0;
  let waiting = 0;
  let stopped = 0;
  let succeeded = 0;
  for (const { state, lastState } of main) {
    if (state?.running !== undefined) running += 1;
    else if (state?.terminated !== undefined) {
      stopped += 1;
      if (state.terminated.exitCode === 0) succeeded += 1;
    } else if (lastState?.terminated !== undefined) stopped += 1;
    else waiting += 1;
  }
  if (failedInit) return 'Failed';
  const allWaiting = running === 0 && stopped === 0;
  if (pendingInit && allWaiting) return 'Pending';
  if (waiting > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped > 0) {
    if (policy === 'Always') return 'Running';
    if (stopped === succeeded) return 'Succeeded';
    return policy === 'Never' ? 'Failed' : 'Running';
  }
  return 'Pending';
}
