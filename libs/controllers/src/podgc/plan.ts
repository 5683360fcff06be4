import type { corev1 } from '@skiff/contracts';
import { isDeleting, isPodTerminal, timeOf } from '../shared/pods';

export type Cause = 'orphaned' | 'unscheduled' | 'out of service' | 'terminated';

export interface Garbage {
  readonly pod: corev1.Pod;
  readonly cause: Cause;
}

export interface PodsAndNodes {
  readonly pods: readonly corev1.Pod[];
  readonly nodeOf: (name: string) => corev1.Node | undefined;
  /** Whether a node has been missing for long enough to be sure. */
  readonly isGone: (node: string) => boolean;
  /** How many ended pods may be kept; 0 or less for all. */
  readonly terminatedThreshold: number;
}

function isOutOfService(node: corev1.Node | undefined): boolean {
  const ready = node?.status?.conditions?.find((condition) => condition.type === 'Ready')?.status;
  return (
    ready !== 'True' && (node?.spec?.taints ?? []).some((taint) => taint.key === 'node.kubernetes.io/out-of-service')
  );
}

/** Pods that nobody else will remove, each with its cause. As pkg/controller/podgc. */
export function planGarbage({ pods, nodeOf, isGone, terminatedThreshold }: PodsAndNodes): Garbage[] {
  const garbage = new Map<corev1.Pod, Cause>();
  for (const pod of pods) {
    const node = pod.spec?.nodeName;
    if (!node) {
      if (isDeleting(pod)) garbage.set(pod, 'unscheduled');
    } else if (isGone(node)) garbage.set(pod, 'orphaned');
    else if (isDeleting(pod) && isOutOfService(nodeOf(node))) garbage.set(pod, 'out of service');
  }
  const ended = pods.filter((pod) => isPodTerminal(pod) && !garbage.has(pod));
  if (terminatedThreshold > 0 && ended.length > terminatedThreshold) {
    const oldest = [...ended].sort(
      (left, right) => timeOf(left.metadata?.creationTimestamp) - timeOf(right.metadata?.creationTimestamp),
    );
    for (const pod of oldest.slice(0, ended.length - terminatedThreshold)) garbage.set(pod, 'terminated');
  }
  return [...garbage].map(([pod, cause]) => ({ pod, cause }));
}
