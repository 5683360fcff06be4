import type { networkingv1 } from '@skiff/contracts';

export function defaultIngressClass({ spec }: networkingv1.IngressClass): void {
  if (spec?.parameters) spec.parameters.scope ??= 'Cluster';
}
