import { cidr, dns1123Subdomain, type ErrorList, isIP, parseCIDRSloppy, qualifiedName } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateAddress } from '../../pod/validation/pod';

const only = "may only be used when `type` is 'LoadBalancer'";

const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';

const modes = ['Proxy', 'VIP'];

const isBalanced = ({ spec }: corev1.Service): boolean => spec?.type === 'LoadBalancer';

function validateSourceRanges(service: corev1.Service, to: ErrorList): void {
  const ranges = service.spec?.loadBalancerSourceRanges ?? [];
  const annotation = service.metadata?.annotations?.[rangesAnnotation];
  if (ranges.length > 0) {
    const path = 'spec.LoadBalancerSourceRanges';
    if (!isBalanced(service)) to.forbidden(path, only);
    for (const [index, range] of ranges.entries())
      if (!parseCIDRSloppy(range.trim())) to.all(`${path}[${index}]`, range.trim(), cidr(range.trim()));
  } else if (annotation !== undefined) {
    const path = `metadata.annotations[${rangesAnnotation}]`;
    if (!isBalanced(service)) to.forbidden(path, only);
    const listed = annotation.trim() === '' ? [] : annotation.split(',');
    for (const range of listed) to.all(path, range.trim(), cidr(range.trim()));
  }
}

/** Which load balancer serves a Service. It may not change while it does. */
export function validateLoadBalancerClass(
  service: corev1.Service,
  old: corev1.Service | undefined,
  to: ErrorList,
): void {
  const path = 'spec.loadBalancerClass';
  const { loadBalancerClass: name } = service.spec ?? {};
  if (old && isBalanced(old) && isBalanced(service) && name !== old.spec?.loadBalancerClass)
    to.invalid(path, name, 'may not change once set');
  if (name === undefined) return;
  if (isBalanced(service)) to.all(path, name, qualifiedName(name));
  else to.forbidden(path, only);
}

/** What only a load balancer has. */
export function validateLoadBalancer(service: corev1.Service, to: ErrorList): void {
  validateSourceRanges(service, to);
  const { allocateLoadBalancerNodePorts: allocates } = service.spec ?? {};
  if (allocates !== undefined && !isBalanced(service)) to.forbidden('spec.allocateLoadBalancerNodePorts', only);
  // The path is upstream's, without the spec.
  if (allocates === undefined && isBalanced(service)) to.required('allocateLoadBalancerNodePorts');
  validateLoadBalancerClass(service, undefined, to);
}

/** Rules of a change to a Service's status. As ValidateServiceStatusUpdate. */
export function validateServiceStatusUpdate(service: corev1.Service, _old: corev1.Service, to: ErrorList): void {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  const path = 'status.loadBalancer.ingress';
  if (!isBalanced(service) && ingress.length > 0)
    return to.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
  for (const [index, { ip = '', ipMode, hostname = '' }] of ingress.entries()) {
    const at = `${path}[${index}]`;
    if (ip !== '') validateAddress(ip, `${at}.ip`, to);
    if (ipMode === undefined) {
      if (ip !== '') to.required(`${at}.ipMode`, 'must be specified when `ip` is set');
    } else if (ip === '') to.forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set');
    else if (!modes.includes(ipMode)) to.notSupported(`${at}.ipMode`, ipMode, modes);
    if (hostname === '') continue;
    to.all(`${at}.hostname`, hostname, dns1123Subdomain(hostname));
    if (isIP(hostname) !== 0) to.invalid(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address');
  }
}
