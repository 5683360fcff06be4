import type { networkingv1 } from '@skiff/contracts';

const ingressClass = 'kubernetes.io/ingress.class';

export function warningsForIngress({ metadata, spec }: networkingv1.Ingress, old?: networkingv1.Ingress): string[] {
  if (old) return [];
  const isSet = metadata?.annotations?.[ingressClass] !== undefined;
  return isSet && spec?.ingressClassName === undefined
    ? [`annotation "${ingressClass}" is deprecated, please use 'spec.ingressClassName' instead`]
    : [];
}
