import { Kinds, type networkingv1 } from '@skiff/contracts';
import type { AdmissionPlugin, AdmissionReader } from '@skiff/api-server/admission';
import { newestDefault } from '../shared/newest-default';

const marker = 'ingressclass.kubernetes.io/is-default-class';

/** An Ingress that names no class gets the default one; of several, the newest. */
export function defaultIngressClass(reader: AdmissionReader): AdmissionPlugin {
  return {
    name: 'DefaultIngressClass',
    operations: ['CREATE'],
    mutate: {
      resources: ['ingresses.networking.k8s.io'],
      async run({ object }) {
        const ingress = object as networkingv1.Ingress;
        if (ingress.spec?.ingressClassName !== undefined) return ingress;
        if (ingress.metadata?.annotations?.['kubernetes.io/ingress.class'] !== undefined) return ingress;
        const name = newestDefault(await reader.list(Kinds.IngressClass, ''), marker);
        return name ? { ...ingress, spec: { ...ingress.spec, ingressClassName: name } } : ingress;
      },
    },
  };
}
