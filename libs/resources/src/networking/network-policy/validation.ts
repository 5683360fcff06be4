import {
  child,
  cidr,
  type ErrorList,
  isIP,
  portName,
  portNumber,
  validateLabelSelector,
  type Validation,
} from '@skiff/apimachinery';
import type { networkingv1 } from '@skiff/contracts';
import { BlockList } from 'node:net';
import { warningsForNetworkPolicy } from './warnings';

function validatePolicyPort(
  { protocol, port, endPort }: networkingv1.NetworkPolicyPort,
  path: string,
  to: ErrorList,
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

function validateBlock({ cidr: range = '', except }: networkingv1.IPBlock, path: string, to: ErrorList): void {
  if (range === '') to.required(child(path, 'cidr'));
  else to.all(child(path, 'cidr'), range, cidr(range));
  for (const [index, excluded] of (except ?? []).entries()) {
    const at = `${child(path, 'except')}[${index}]`;
    if (!isRange(excluded)) to.all(at, excluded, cidr(excluded));
    else if (isRange(range) && !isStrictlyWithin(excluded, range))
      to.invalid(at, excluded, 'must be a strict subset of `cidr`');
  }
}

export function validateNetworkPolicy({ spec = {} }: networkingv1.NetworkPolicy, to: ErrorList): void {
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

export const networkPolicyValidation: Validation<networkingv1.NetworkPolicy> = {
  create: validateNetworkPolicy,
  warnings: warningsForNetworkPolicy,
};
