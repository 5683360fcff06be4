import { BlockList } from 'node:net';
import type { discoveryv1, networkingv1 } from '@skiff/contracts';
import { cidr, dns1123Label, dns1123Subdomain, isIP, portName, portNumber, wildcardSubdomain } from './names';
import { immutable } from './metadata';
import { child, type Problems } from './problems';
import { validateLabelSelector } from './selectors';

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];

export function validateEndpointSlice(slice: discoveryv1.EndpointSlice, to: Problems): void {
  const { addressType = '', endpoints, ports } = slice;
  if (addressType === '') to.required('addressType');
  else if (!addressTypes.includes(addressType)) to.notSupported('addressType', addressType, addressTypes);
  if ((endpoints?.length ?? 0) > 1000) to.tooMany('endpoints', endpoints?.length ?? 0, 1000);
  for (const [index, endpoint] of (endpoints ?? []).entries()) {
    const at = `endpoints[${index}]`;
    const addresses = endpoint.addresses ?? [];
    if (addresses.length === 0) to.required(child(at, 'addresses'), 'must contain at least 1 address');
    else if (addresses.length > 100) to.tooMany(child(at, 'addresses'), addresses.length, 100);
    for (const [position, address] of addresses.entries()) {
      const addressAt = `${child(at, 'addresses')}[${position}]`;
      if (addressType === 'IPv4' && isIP(address) !== 4) to.invalid(addressAt, address, 'must be a valid IPv4 address');
      if (addressType === 'IPv6' && isIP(address) !== 6) to.invalid(addressAt, address, 'must be a valid IPv6 address');
      if (addressType === 'FQDN') to.all(addressAt, address, dns1123Subdomain(address));
    }
    if (endpoint.nodeName !== undefined)
      to.all(child(at, 'nodeName'), endpoint.nodeName, dns1123Subdomain(endpoint.nodeName));
    if (endpoint.hostname !== undefined)
      to.all(child(at, 'hostname'), endpoint.hostname, dns1123Label(endpoint.hostname));
  }
  const names = new Set<string>();
  for (const [index, port] of (ports ?? []).entries()) {
    const at = `ports[${index}]`;
    const { name = '' } = port;
    if (name !== '') to.all(child(at, 'name'), name, dns1123Label(name));
    if (names.has(name)) to.duplicate(child(at, 'name'), name);
    names.add(name);
    if (port.port !== undefined) to.all(child(at, 'port'), port.port, portNumber(port.port));
    if (port.protocol === undefined) to.required(child(at, 'protocol'));
    else if (!['TCP', 'UDP', 'SCTP'].includes(port.protocol))
      to.notSupported(child(at, 'protocol'), port.protocol, ['SCTP', 'TCP', 'UDP']);
  }
}

export function validateEndpointSliceUpdate(
  slice: discoveryv1.EndpointSlice,
  old: discoveryv1.EndpointSlice,
  to: Problems,
): void {
  validateEndpointSlice(slice, to);
  immutable(slice.addressType, old.addressType, 'addressType', to);
}

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
