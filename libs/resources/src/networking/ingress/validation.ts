import {
  child,
  dns1035Label,
  dns1123Subdomain,
  type ErrorList,
  isIP,
  parseIPSloppy,
  portName,
  portNumber,
  type Validation,
  wildcardSubdomain,
} from '@skiff/apimachinery';
import type { networkingv1 } from '@skiff/contracts';
import { validateReference } from '../reference-validation';
import { warningsForIngress } from './warnings';

function validateService({ name = '', port }: networkingv1.IngressServiceBackend, path: string, to: ErrorList): void {
  const at = child(path, 'service');
  if (name === '') to.required(child(at, 'name'));
  else to.all(child(at, 'name'), name, dns1035Label(name));
  if (port?.name && port.number) to.invalid(path, '', 'cannot set both port name & port number');
  else if (port?.name) to.all(child(at, 'port.name'), port.name, portName(port.name));
  else if (port?.number) to.all(child(at, 'port.number'), port.number, portNumber(port.number));
  else to.required(path, 'port name or number is required');
}

function validateBackend({ service, resource }: networkingv1.IngressBackend, path: string, to: ErrorList): void {
  if (service && resource) to.invalid(path, '', 'cannot set both resource and service backends');
  else if (resource) validateReference(resource, child(path, 'resource'), to);
  else if (service) validateService(service, path, to);
  else to.invalid(path, '', 'resource or service backend is required');
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];

const badParts = ['//', '/./', '/../', '%2f', '%2F'];

const badEnds = ['/..', '/.'];

function validatePath(item: networkingv1.HTTPIngressPath, path: string, to: ErrorList): void {
  const { pathType, path: text = '', backend = {} } = item;
  const at = child(path, 'path');
  if (pathType === undefined) return to.required(child(path, 'pathType'), 'pathType must be specified');
  if (!pathTypes.includes(pathType)) to.notSupported(child(path, 'pathType'), pathType, pathTypes);
  else {
    const isFree = pathType === 'ImplementationSpecific';
    if (!text.startsWith('/') && !(isFree && text === '')) to.invalid(at, text, 'must be an absolute path');
    for (const part of isFree ? [] : badParts)
      if (text.includes(part)) to.invalid(at, text, `must not contain '${part}'`);
    for (const end of isFree ? [] : badEnds) if (text.endsWith(end)) to.invalid(at, text, `cannot end with '${end}'`);
  }
  validateBackend(backend, child(path, 'backend'), to);
}

const hostName = (host: string): string[] => (host.includes('*') ? wildcardSubdomain(host) : dns1123Subdomain(host));

function validateRule({ host = '', http }: networkingv1.IngressRule, path: string, to: ErrorList): void {
  if (isIP(host)) to.invalid(child(path, 'host'), host, 'must be a DNS name, not an IP address');
  if (host !== '') to.all(child(path, 'host'), host, hostName(host));
  if (http && !http.paths?.length) to.required(child(path, 'http.paths'));
  for (const [index, item] of (http?.paths ?? []).entries())
    validatePath(item, `${child(path, 'http.paths')}[${index}]`, to);
}

/** Rules of an Ingress. Upstream: ValidateIngress of pkg/apis/networking/validation. */
export function validateIngress({ spec = {} }: networkingv1.Ingress, to: ErrorList): void {
  if (!spec.rules?.length && !spec.defaultBackend)
    to.invalid('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified');
  if (spec.defaultBackend) validateBackend(spec.defaultBackend, 'spec.defaultBackend', to);
  for (const [index, rule] of (spec.rules ?? []).entries()) validateRule(rule, `spec.rules[${index}]`, to);
  for (const [index, { hosts, secretName }] of (spec.tls ?? []).entries()) {
    for (const [position, host] of (hosts ?? []).entries())
      to.all(`spec.tls[${index}].hosts[${position}]`, host, hostName(host));
    if (secretName) to.all(`spec.tls[${index}].secretName`, secretName, dns1123Subdomain(secretName));
  }
  const { ingressClassName: name } = spec;
  if (name !== undefined) to.all('spec.ingressClassName', name, dns1123Subdomain(name));
}

const classAnnotation = 'kubernetes.io/ingress.class';

/** A new Ingress names its class in one way, or the same in both. Upstream: ValidateIngressCreate. */
export function validateIngressCreate(ingress: networkingv1.Ingress, to: ErrorList): void {
  validateIngress(ingress, to);
  const annotation = ingress.metadata?.annotations?.[classAnnotation];
  const name = ingress.spec?.ingressClassName;
  if (annotation !== undefined && name !== undefined && annotation !== name)
    to.invalid(`annotations.${classAnnotation}`, annotation, 'must match `ingressClassName` when both are specified');
}

/** Upstream: ValidateIngressStatusUpdate. */
export function validateIngressStatus({ status }: networkingv1.Ingress, _old: unknown, to: ErrorList): void {
  for (const [index, { ip = '', hostname = '' }] of (status?.loadBalancer?.ingress ?? []).entries()) {
    const at = `status.loadBalancer.ingress[${index}]`;
    if (ip !== '' && !parseIPSloppy(ip))
      to.invalid(child(at, 'ip'), ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
    if (hostname === '') continue;
    to.all(child(at, 'hostname'), hostname, dns1123Subdomain(hostname));
    if (isIP(hostname)) to.invalid(child(at, 'hostname'), hostname, 'must be a DNS name, not an IP address');
  }
}

export const ingressValidation: Validation<networkingv1.Ingress> = {
  create: validateIngressCreate,
  update: (ingress, _old, to) => validateIngress(ingress, to),
  subresources: { status: validateIngressStatus },
  warnings: warningsForIngress,
};
