import {
  child,
  dns1123Label,
  dns1123Subdomain,
  type ErrorList,
  immutable,
  isIP,
  portNumber,
  qualifiedName,
  validateLabels,
  type Validation,
  validLabelValue,
} from '@skiff/apimachinery';
import type { discoveryv1 } from '@skiff/contracts';
import { validateOrdinaryAddress } from '../../core/service/validation/addresses';
import { warningsForEndpointSlice } from './warnings';

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];

const protocols = ['SCTP', 'TCP', 'UDP'];

const mostEndpoints = 1000;

const mostAddresses = 100;

const mostPorts = 20_000;

const mostLabels = 16;

const mostHints = 8;

/** A name with a domain and no address. As IsFullyQualifiedDomainName. */
function validateDomain(text: string, path: string, to: ErrorList): void {
  if (text === '') return to.required(path);
  const name = text.replace(/\.$/, '');
  const problems = dns1123Subdomain(name);
  if (problems.length > 0) return to.invalid(path, name, problems.join(','));
  const labels = name.split('.');
  if (labels.length < 2)
    return to.invalid(path, name, 'should be a domain with at least two segments separated by dots');
  for (const label of labels) {
    const mistakes = dns1123Label(label);
    if (mistakes.length > 0) to.invalid(path, label, mistakes.join(','));
  }
}

function validateAddress(address: string, type: string, path: string, to: ErrorList): void {
  if (type === 'FQDN') validateDomain(address, path, to);
  if (type !== 'IPv4' && type !== 'IPv6') return;
  if (`IPv${isIP(address)}` !== type) to.invalid(path, address, `must be a valid ${type} address`);
  validateOrdinaryAddress(address, path, to);
}

function validateHints(
  hints: readonly { name?: string | undefined }[] | null | undefined,
  rule: (name: string) => string[],
  path: string,
  to: ErrorList,
): void {
  const all = hints ?? [];
  if (all.length > mostHints) return to.tooMany(path, all.length, mostHints);
  const seen = new Set<string>();
  for (const [index, { name = '' }] of all.entries()) {
    const at = `${path}[${index}].name`;
    if (seen.has(name)) to.duplicate(at, name);
    seen.add(name);
    to.all(at, name, rule(name));
  }
}

function validateEndpoint(endpoint: discoveryv1.Endpoint, type: string, path: string, to: ErrorList): void {
  const { nodeName, hostname, hints, deprecatedTopology } = endpoint;
  const addresses = endpoint.addresses ?? [];
  const at = child(path, 'addresses');
  if (addresses.length === 0) to.required(at, 'must contain at least 1 address');
  else if (addresses.length > mostAddresses) to.tooMany(at, addresses.length, mostAddresses);
  for (const [index, address] of addresses.entries()) validateAddress(address, type, `${at}[${index}]`, to);
  if (nodeName !== undefined) to.all(child(path, 'nodeName'), nodeName, dns1123Subdomain(nodeName));
  const labels = Object.keys(deprecatedTopology ?? {}).length;
  if (labels > mostLabels) to.tooMany(child(path, 'deprecatedTopology'), labels, mostLabels);
  validateLabels(deprecatedTopology, child(path, 'deprecatedTopology'), to);
  if (hostname !== undefined) to.all(child(path, 'hostname'), hostname, dns1123Label(hostname));
  validateHints(hints?.forZones, validLabelValue, child(path, 'hints.forZones'), to);
  validateHints(hints?.forNodes, dns1123Subdomain, child(path, 'hints.forNodes'), to);
}

function validatePorts(ports: readonly discoveryv1.EndpointPort[], to: ErrorList): void {
  if (ports.length > mostPorts) return to.tooMany('ports', ports.length, mostPorts);
  const names = new Set<string>();
  for (const [index, { name = '', port, protocol, appProtocol }] of ports.entries()) {
    const at = `ports[${index}]`;
    if (name !== '') to.all(child(at, 'name'), name, dns1123Label(name));
    if (names.has(name)) to.duplicate(child(at, 'name'), name);
    names.add(name);
    if (port !== undefined) to.all(child(at, 'port'), port, portNumber(port));
    if (protocol === undefined) to.required(child(at, 'protocol'));
    else if (!protocols.includes(protocol)) to.notSupported(child(at, 'protocol'), protocol, protocols);
    if (appProtocol !== undefined) to.all(child(at, 'appProtocol'), appProtocol, qualifiedName(appProtocol));
  }
}

/** Rules of an EndpointSlice. As ValidateEndpointSlice of pkg/apis/discovery/validation. */
export function validateEndpointSlice(slice: discoveryv1.EndpointSlice, to: ErrorList): void {
  const { addressType = '' } = slice;
  if (addressType === '') to.required('addressType');
  else if (!addressTypes.includes(addressType)) to.notSupported('addressType', addressType, addressTypes);
  const endpoints = slice.endpoints ?? [];
  if (endpoints.length > mostEndpoints) to.tooMany('endpoints', endpoints.length, mostEndpoints);
  else
    for (const [index, endpoint] of endpoints.entries())
      validateEndpoint(endpoint, addressType, `endpoints[${index}]`, to);
  validatePorts(slice.ports ?? [], to);
}

/** Rules of a change: the kind of addresses stays. */
export function validateEndpointSliceUpdate(
  slice: discoveryv1.EndpointSlice,
  old: discoveryv1.EndpointSlice,
  to: ErrorList,
): void {
  validateEndpointSlice(slice, to);
  immutable(slice.addressType, old.addressType, 'addressType', to);
}

export const endpointSliceValidation: Validation<discoveryv1.EndpointSlice> = {
  create: validateEndpointSlice,
  update: validateEndpointSliceUpdate,
  warnings: warningsForEndpointSlice,
};
