import type { corev1 } from '@skiff/contracts';
import { tolerates } from '../tainteviction/plan';

/** What a daemon's pod tolerates by nature: it stays wherever its node is. */
const daemonTolerations: readonly corev1.Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];

const hostNetworkToleration: corev1.Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

/** The tolerations of a template's pods, those of daemons included. */
export function tolerationsOf(spec: corev1.PodSpec | undefined): corev1.Toleration[] {
  const added = spec?.hostNetwork ? [...daemonTolerations, hostNetworkToleration] : daemonTolerations;
  const own = spec?.tolerations ?? [];
  const isOwn = (toleration: corev1.Toleration): boolean =>
    own.some(({ key, effect }) => key === toleration.key && effect === toleration.effect);
  return [...own, ...added.filter((toleration) => !isOwn(toleration))];
}

function meets(requirement: corev1.NodeSelectorRequirement, value: string | undefined): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

function termMatches(term: corev1.NodeSelectorTerm, node: corev1.Node): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meets(requirement, node.metadata?.labels?.[requirement.key ?? ''])) &&
    matchFields.every((requirement) => requirement.key === 'metadata.name' && meets(requirement, node.metadata?.name))
  );
}

function isSelected(spec: corev1.PodSpec | undefined, node: corev1.Node): boolean {
  const labels = node.metadata?.labels;
  if (!Object.entries(spec?.nodeSelector ?? {}).every(([key, value]) => labels?.[key] === value)) return false;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || (required.nodeSelectorTerms ?? []).some((term) => termMatches(term, node));
}

export interface Fit {
  readonly shouldRun: boolean;
  /** Whether a pod that is there already may stay. */
  readonly shouldContinue: boolean;
}

/** Whether a daemon belongs on a node: selected, and its taints tolerated. As NodeShouldRunDaemonPod. */
export function fitOn(template: corev1.PodTemplateSpec | undefined, node: corev1.Node): Fit {
  const { spec } = template ?? {};
  const named = spec?.nodeName !== undefined && spec.nodeName !== '' && spec.nodeName !== node.metadata?.name;
  if (named || !isSelected(spec, node)) return { shouldRun: false, shouldContinue: false };
  const tolerations = tolerationsOf(spec);
  const untolerated = (node.spec?.taints ?? []).filter(
    (taint) => !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
  return {
    shouldRun: !untolerated.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute'),
    shouldContinue: !untolerated.some(({ effect }) => effect === 'NoExecute'),
  };
}

/** The node that a daemon's pod is meant for, whether it has been bound or not. */
export function targetNode(pod: corev1.Pod): string | undefined {
  if (pod.spec?.nodeName) return pod.spec.nodeName;
  return pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
    ?.flatMap((term) => term.matchFields ?? [])
    .find(({ key }) => key === 'metadata.name')?.values?.[0];
}

/** Ties a pod to a node by its name, instead of any other node affinity. */
export function pinnedTo(spec: corev1.PodSpec | undefined, node: string): corev1.PodSpec {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  const { affinity } = spec ?? {};
  return {
    ...spec,
    tolerations: tolerationsOf(spec),
    affinity: {
      ...affinity,
      nodeAffinity: {
        ...affinity?.nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
      },
    },
  };
}
