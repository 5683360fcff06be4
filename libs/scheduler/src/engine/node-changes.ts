import type { corev1 } from '@skiff/contracts';

/** Heartbeats change a node all the time, and nothing that scheduling reads. */
export function matters(old: corev1.Node, node: corev1.Node): boolean {
  const relevant = ({ metadata, spec, status }: corev1.Node): string =>
    JSON.stringify([metadata?.labels, spec?.taints, spec?.unschedulable, status?.allocatable]);
  return relevant(old) !== relevant(node);
}
