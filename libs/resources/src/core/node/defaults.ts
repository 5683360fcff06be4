import type { corev1 } from '@skiff/contracts';

export function defaultNode(node: corev1.Node): void {
  const status = node.status;
  if (status?.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
}
