import type { corev1 } from '@skiff/contracts';

const named = ({ type, address }: corev1.NodeAddress): string => `${type}=${address}`;

/** Whether the API server no longer has an address that the node reported: somebody else wrote another. */
export function addressesOverwritten(
  current: corev1.NodeStatus | undefined,
  reported: corev1.NodeStatus | undefined,
): boolean {
  const present = new Set(current?.addresses?.map(named));
  return current !== undefined && (reported?.addresses ?? []).some((address) => !present.has(named(address)));
}
