import { BlockList } from 'node:net';
import type { networkingv1 } from '@skiff/contracts';
import { cidr, dns1123Label, dns1123Subdomain, isIP, portName, portNumber, wildcardSubdomain } from './names';
import { child, type Problems } from './problems';
import { validateLabelSelector } from './selectors';

function validateBackend(backend: networkingv1.IngressBackend, path: string, to: Problems): void {
  if (backend.service && backend.resource) {
    to.invalid(path, '', 'cannot set both resource and service backends');
    return;
  }
  if (backend.resource) return;
  if (!backend.service) {
    to.required(path, 'resource or service backend is required');
    return;
  }
  const { name = '', port } = backend.service;
  if (name === '') to.required(`${path}.service.name`);
  else to.all(`${path}.service.name`, name, dns1123Label(name));
  if (port?.name && port.number) to.invalid(path, '', 'cannot set both port name & port number');
  else if (port?.number) to.all(`${path}.service.port.number`, port.number, portNumber(port.number));
  else if (!port?.name) to.required(path, 'port name or number is required');
}

export function validateIngress({ spec = {} }: networkingv1.Ingress, to: Problems): void {
  if (!spec.rules?.length && !spec.defaultBackend)
    to.invalid('spec', spec.rules ?? [], 'either `defaultBackend` or `rules` must be specified');
  if (spec.defaultBackend) validateBackend(spec.defaultBackend, 'spec.defaultBackend', to);
  for (const [index, rule] of (spec.rules ?? []).entries()) {
    const { host = '' } = rule;
    const at = `spec.rules[${index}]`;
    if (isIP(host)) to.invalid(`${at}.host`, host, 'must be a DNS name, not an IP address');
    else if (host) to.all(`${at}.host`, host, host.includes('*') ? wildcardSubdomain(host) : dns1123Subdomain(host));
    const paths = rule.http?.paths;
    if (rule.http && !paths?.length) to.required(`${at}.http.paths`);
    for (const [position, item] of (paths ?? []).entries()) {
      const pathAt = `${at}.http.paths[${position}]`;
      const types = ['Exact', 'ImplementationSpecific', 'Prefix'];
      if (item.pathType === undefined) to.required(`${pathAt}.pathType`, 'pathType must be specified');
      else if (!types.includes(item.pathType)) to.notSupported(`${pathAt}.pathType`, item.pathType, types);
      else if (item.pathType !== 'ImplementationSpecific' && !item.path?.startsWith('/'))
        to.invalid(`${pathAt}.path`, item.path ?? '', 'must be an absolute path');
      validateBackend(item.backend ?? {}, `${pathAt}.backend`, to);
    }
  }
}

function validatePolicyPort(
  { protocol, port, endPort }: networkingv1.NetworkPolicyPort,
  path: string,
  to: Problems,
): void {
  const protocols = ['SCTP', 'TCP', 'UDP'];
  if (protocol !== undefined && !protocols.includes(protocol))
    to.notSupported(child(path, 'protocol'), protocol, protocols);
  if (typeof port === 'string') {
    if (endPort !== undefined)
      to.invalid(child(path, 'endPort'), endPort, 'may not be specified when `port` is non-numeric');
    to.all(child(path, 'port'), port, portName(port));
  } else if (port !== undefined) {
    if (endPort !== undefined && endPort < port)
      to.invalid(child(path, 'endPort'), endPort, 'must be greater than or equal to `port`');
    to.all(child(path, 'port'), port, portNumber(port));
    if (endPort !== undefined) to.all(child(path, 'endPort'), endPort, portNumber(endPort));
  } else if (endPort !== undefined)
    to.invalid(child(path, 'endPort'), endPort, 'may not be specified when `port` is not specified');
}

const isRange = (text: string): boolean => cidr(text).length === 0;

/** Whether every address of one range, and fewer than all of the other's, is in the other. */
function isStrictlyWithin(inner: string, outer: string): boolean {
  const [[innerAddress = '', innerBits = ''], [address = '', bits = '']] = [inner.split('/'), outer.split('/')];
  const list = new BlockList();
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(bits), family);
  return isIP(innerAddress) === isIP(address) && Number(innerBits) > Number(bits) && list.check(innerAddress, family);
}

function validateBlock({ cidr: range = '', except }: networkingv1.IPBlock, path: string, to: Problems): void {
  if (range === '') to.required(child(path, 'cidr'));
  else to.all(child(path, 'cidr'), range, cidr(range));
  for (const [index, excluded] of (except ?? []).entries()) {
    const at = `${child(path, 'except')}[${index}]`;
    if (!isRange(excluded)) to.all(at, excluded, cidr(excluded));
    else if (isRange(range) && !isStrictlyWithin(excluded, range))
      to.invalid(at, excluded, 'must be a strict subset of `cidr`');
  }
}

export function validateNetworkPolicy({ spec = {} }: networkingv1.NetworkPolicy, to: Problems): void {
  validateLabelSelector(spec.podSelector, 'spec.podSelector', to);
  for (const direction of ['ingress', 'egress'] as const)
    for (const [index, rule] of (spec[direction] ?? []).entries()) {
      const peers = 'from' in rule ? rule.from : 'to' in rule ? rule.to : undefined;
      const field = direction === 'ingress' ? 'from' : 'to';
      for (const [position, port] of (rule.ports ?? []).entries())
        validatePolicyPort(port, `spec.${direction}[${index}].ports[${position}]`, to);
      for (const [position, peer] of (peers ?? []).entries()) {
        const at = `spec.${direction}[${index}].${field}[${position}]`;
        if (peer.ipBlock && (peer.podSelector || peer.namespaceSelector))
          to.forbidden(at, 'may not specify both ipBlock and another peer');
        else if (!peer.ipBlock && !peer.podSelector && !peer.namespaceSelector) to.required(at, 'must specify a peer');
        if (peer.ipBlock) validateBlock(peer.ipBlock, child(at, 'ipBlock'), to);
        validateLabelSelector(peer.podSelector, child(at, 'podSelector'), to);
        validateLabelSelector(peer.namespaceSelector, child(at, 'namespaceSelector'), to);
      }
    }
  const types = spec.policyTypes ?? [];
  if (types.length > 2) to.invalid('spec.policyTypes', types, 'may not specify more than two policyTypes');
  for (const [index, type] of types.entries())
    if (type !== 'Ingress' && type !== 'Egress')
      to.notSupported(`spec.policyTypes[${index}]`, type, ['Egress', 'Ingress']);
}
