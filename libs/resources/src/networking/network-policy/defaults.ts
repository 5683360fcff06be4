import type { networkingv1 } from '@skiff/contracts';

export function defaultNetworkPolicy({ spec }: networkingv1.NetworkPolicy): void {
  if (!spec) return;
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
    for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
  spec.policyTypes ??= spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
}
