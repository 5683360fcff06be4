import type { corev1 } from '@skiff/contracts';
import type { Route } from '../system/network';

/** The routes that lead to the pods of all nodes but one. */
export function podRoutes(nodes: readonly corev1.Node[], self: string): Route[] {
  return nodes.flatMap((node) => {
    if (node.metadata?.name === self) return [];
    const addresses = (node.status?.addresses ?? []).filter(({ type }) => type === 'InternalIP');
    return podCidrs(node).flatMap((destination) => {
      const six = destination.includes(':');
      const via = addresses.find(({ address }) => address?.includes(':') === six)?.address;
      return via === undefined ? [] : [{ destination, via }];
    });
  });
}

/** The ranges that the control plane gave to a node. */
export function podCidrs(node: corev1.Node | undefined): string[] {
  const spec = node?.spec;
  return [...new Set([...(spec?.podCIDRs ?? []), ...(spec?.podCIDR === undefined ? [] : [spec.podCIDR])])];
}
