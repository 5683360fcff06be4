import type { corev1 } from '@skiff/contracts';
import { compileRequiredNodes, hardEffects, untolerated } from '@skiff/resources';

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

function isSelected(spec: corev1.PodSpec | undefined, { metadata }: corev1.Node): boolean {
  const node = { name: metadata?.name ?? '', labels: metadata?.labels ?? {} };
  return compileRequiredNodes(spec)?.(node) ?? true;
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
  const taints = node.spec?.taints ?? [];
  return {
    shouldRun: !untolerated(taints, tolerations, hardEffects),
    shouldContinue: !untolerated(taints, tolerations, ['NoExecute']),
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
