import type { corev1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { containersOf, isSidecar } from '../../pod-model/pod';
import { readySandbox, type PodRuntimeState } from '../../pod-model/state';

interface ConditionFacts {
  readonly phase: string;
  readonly init: readonly corev1.ContainerStatus[];
  readonly main: readonly corev1.ContainerStatus[];
  readonly state: PodRuntimeState;
  readonly now: number;
  readonly terminated: boolean;
}

type Verdict = Pick<corev1.PodCondition, 'status' | 'reason' | 'message'>;

/** The conditions that the kubelet owns. */
export function podConditions(pod: corev1.Pod, facts: ConditionFacts): corev1.PodCondition[] {
  const containersReady = containersReadyVerdict(pod, facts);
  const verdicts: [string, Verdict][] = [
    ['PodReadyToStartContainers', sandboxVerdict(pod, facts)],
    ['Initialized', initializedVerdict(pod, facts)],
    ['Ready', readyVerdict(pod, containersReady)],
    ['ContainersReady', containersReady],
    ['PodScheduled', { status: 'True' }],
  ];
  return verdicts.map(([type, verdict]) => condition(pod, type, verdict, facts.now));
}

function condition(pod: corev1.Pod, type: string, verdict: Verdict, now: number): corev1.PodCondition {
  const old = pod.status?.conditions?.find((candidate) => candidate.type === type);
  const changed = old?.status !== verdict.status;
  const generation = pod.metadata?.generation;
  return {
    type,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: verdict.status,
    lastProbeTime: null,
    lastTransitionTime: changed ? formatTime(now) : (old?.lastTransitionTime ?? formatTime(now)),
    ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
    ...(verdict.message === undefined ? {} : { message: verdict.message }),
  };
}

function sandboxVerdict(pod: corev1.Pod, facts: ConditionFacts): Verdict {
  return { status: readySandbox(facts.state, pod.spec?.hostNetwork === true) === undefined ? 'False' : 'True' };
}

function initializedVerdict(pod: corev1.Pod, { phase, init, main }: ConditionFacts): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  // Once a main container runs, what came before is done.
  const mainStarted = main.some(({ state }) => state?.running ?? state?.terminated);
  const incomplete = (mainStarted ? [] : init).filter((status) => {
    const spec = containersOf(pod).find(({ kind, container }) => kind === 'init' && container.name === status.name);
    return spec !== undefined && isSidecar(spec.container) ? status.started !== true : status.ready !== true;
  });
  if (incomplete.length === 0) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names(incomplete)}]`,
  };
}

function containersReadyVerdict(pod: corev1.Pod, { phase, init, main }: ConditionFacts): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const sidecars = new Set((pod.spec?.initContainers ?? []).filter(isSidecar).map((container) => container.name));
  const watched = [...init.filter((status) => sidecars.has(status.name)), ...main];
  const unready = watched.filter((status) => status.ready !== true);
  if (unready.length === 0) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${names(unready)}]`,
  };
}

function readyVerdict(pod: corev1.Pod, containersReady: Verdict): Verdict {
  if (containersReady.status !== 'True') return containersReady;
  const messages: string[] = [];
  for (const { conditionType = '' } of pod.spec?.readinessGates ?? []) {
    const found = pod.status?.conditions?.find((candidate) => candidate.type === conditionType);
    if (found === undefined)
      messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (found.status !== 'True')
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status ?? ''}`);
  }
  if (messages.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

function names(statuses: readonly corev1.ContainerStatus[]): string {
  return statuses.map((status) => status.name ?? '').join(' ');
}
