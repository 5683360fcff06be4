import { hostPortsOf, type HostPort } from '@skiff/resources';
import type { corev1 } from '@skiff/contracts';
import { compileTerm, type AffinityTerm } from './affinity-term';
import { podRequests, type Resources } from './resources';

/** A pod with what scheduling needs of it, worked out once. */
export interface PodInfo {
  readonly pod: corev1.Pod;
  /** "namespace/name". */
  readonly key: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly priority: number;
  readonly terminating: boolean;
  readonly requests: Resources;
  /** Requests for scoring, where a container that names none counts as a small one. */
  readonly scoredRequests: Resources;
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
}

const known = new WeakMap<corev1.Pod, PodInfo>();
const none: readonly never[] = [];

export function toPodInfo(pod: corev1.Pod): PodInfo {
  let info = known.get(pod);
  if (!info) known.set(pod, (info = compute(pod)));
  return info;
}

function compute(pod: corev1.Pod): PodInfo {
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  const affinity = pod.spec?.affinity;
  const required = (terms: corev1.PodAffinityTerm[] | undefined): readonly AffinityTerm[] =>
    terms?.length ? terms.map((term) => compileTerm(term, pod, 1)) : none;
  const preferred = (terms: corev1.WeightedPodAffinityTerm[] | undefined): readonly AffinityTerm[] =>
    terms?.length
      ? terms.map(({ podAffinityTerm, weight }) => compileTerm(podAffinityTerm ?? {}, pod, weight ?? 0))
      : none;
  return {
    pod,
    key: `${namespace}/${name}`,
    uid,
    namespace,
    name,
    labels: pod.metadata?.labels ?? {},
    priority: pod.spec?.priority ?? 0,
    terminating: Boolean(pod.metadata?.deletionTimestamp),
    requests: podRequests(pod.spec),
    scoredRequests: podRequests(pod.spec, true),
    hostPorts: hostPortsOf(pod.spec),
    requiredAffinity: required(affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAntiAffinity: required(affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: preferred(affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: preferred(affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

/** Whether a pod has ended and takes no room any more. */
export function isTerminal(pod: corev1.Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** The profile that a pod asks for. */
export const schedulerNameOf = ({ pod }: PodInfo): string => pod.spec?.schedulerName || 'default-scheduler';
