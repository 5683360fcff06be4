import type { networkingv1 } from '@skiff/contracts';
import { warningsForRange } from '../address-warnings';

function warningsForPeers(peers: readonly networkingv1.NetworkPolicyPeer[] | null | undefined, path: string): string[] {
  return (peers ?? []).flatMap(({ ipBlock }, index) => {
    if (!ipBlock) return [];
    const at = `${path}[${index}].ipBlock`;
    return [
      ...warningsForRange(`${at}.cidr`, ipBlock.cidr ?? ''),
      ...(ipBlock.except ?? []).flatMap((range, position) => warningsForRange(`${at}.except[${position}]`, range)),
    ];
  });
}

export function warningsForNetworkPolicy({ spec }: networkingv1.NetworkPolicy): string[] {
  return [
    ...(spec?.ingress ?? []).flatMap(({ from }, index) => warningsForPeers(from, `spec.ingress[${index}].from`)),
    ...(spec?.egress ?? []).flatMap(({ to }, index) => warningsForPeers(to, `spec.egress[${index}].to`)),
  ];
}
