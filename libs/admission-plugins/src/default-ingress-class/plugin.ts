import { Kinds, type networkingv1 } from '@skiff/contracts';
import { writes, type AdmissionPlugin, type AdmissionReader } from '@skiff/api-server/admission';
import { newestDefault } from '../shared/newest-default';

const marker = 'ingressclass.kubernetes.io/is-default-class';

/** An Ingress that names no class gets the default one; of several, the newest. */
export function defaultIngressClass(reader: AdmissionReader): AdmissionPlugin {
  return {
    name: 'DefaultIngressClass',
    async mutate(request) {
      if (request.operation !== 'CREATE' || !writes(request, 'networking.k8s.io', 'ingresses')) return;
      const ingress = request.object as networkingv1.Ingress;
      if (ingress.spec?.ingressClassName !== undefined) return;
      if (ingress.metadata?.annotations?.['kubernetes.io/ingress.class'] !== undefined) return;
      const name = newestDefault(await reader.list(Kinds.IngressClass, ''), marker);
      if (name) ingress.spec = { ...ingress.spec, ingressClassName: name };
    },
  };
}
