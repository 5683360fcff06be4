import { dns1123Subdomain, type ErrorList, validateLabels } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { isHeadless, validateClusterAddresses, validateExternalAddresses } from './addresses';
import { validateLoadBalancer } from './load-balancer';
import { validatePorts, validateUniquePorts } from './ports';
import { validateAffinity, validateTraffic } from './traffic';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

const topologyMode = 'service.kubernetes.io/topology-mode';

const topologyHints = 'service.kubernetes.io/topology-aware-hints';

function validateAnnotations({ metadata }: corev1.Service, to: ErrorList): void {
  const { [topologyMode]: mode, [topologyHints]: hints } = metadata?.annotations ?? {};
  if (mode !== undefined && hints !== undefined && mode !== hints)
    to.invalid(
      `metadata.annotations[${topologyMode}]`,
      mode,
      `must match annotations[${topologyHints}] when both are specified`,
    );
}

/** A Service that stands for a name elsewhere has nothing of its own. */
function validateExternalName(spec: corev1.ServiceSpec, to: ErrorList): void {
  const forbidden = 'may not be set for ExternalName services';
  if (spec.clusterIPs?.length) to.forbidden('spec.clusterIPs', forbidden);
  if (spec.ipFamilies?.length) to.forbidden('spec.ipFamilies', forbidden);
  if (spec.ipFamilyPolicy !== undefined) to.forbidden('spec.ipFamilyPolicy', forbidden);
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') to.required('spec.externalName');
  else to.all('spec.externalName', name, dns1123Subdomain(name));
}

/** Rules of a Service; upstream's ValidateService. */
export function validateService(service: corev1.Service, to: ErrorList): void {
  const { spec = {} } = service;
  const { type = '' } = spec;
  validateAnnotations(service, to);
  if (!spec.ports?.length && !isHeadless(service) && type !== 'ExternalName') to.required('spec.ports');
  if (isHeadless(service) && (type === 'LoadBalancer' || type === 'NodePort'))
    to.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`);
  if (type === 'ExternalName') validateExternalName(spec, to);
  validatePorts(spec, to);
  validateLabels(spec.selector, 'spec.selector', to);
  validateAffinity(spec, to);
  validateClusterAddresses(service, to);
  validateExternalAddresses(spec, to);
  if (type === '') to.required('spec.type');
  else if (!types.includes(type)) to.notSupported('spec.type', type, types);
  validateUniquePorts(spec, to);
  validateLoadBalancer(service, to);
  validateTraffic(spec, to);
}
