import {
  child,
  dns1123Label,
  dns1123Subdomain,
  type ErrorList,
  parseIPSloppy,
  portNumber,
  qualifiedName,
  same,
  type Validation,
} from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateAddress } from '../pod/validation/pod';
import { validateOrdinaryAddress } from '../service/validation/addresses';
import { warningsForEndpoints } from './warnings';

const protocols = ['SCTP', 'TCP', 'UDP'];

function validateEndpointAddress(address: corev1.EndpointAddress, path: string, to: ErrorList): void {
  const { ip = '', hostname = '', nodeName } = address;
  if (!parseIPSloppy(ip)) validateAddress(ip, child(path, 'ip'), to);
  if (hostname !== '') to.all(child(path, 'hostname'), hostname, dns1123Label(hostname));
  if (nodeName !== undefined) to.all(child(path, 'nodeName'), nodeName, dns1123Subdomain(nodeName));
  validateOrdinaryAddress(ip, child(path, 'ip'), to);
}

function validatePort(port: corev1.EndpointPort, isNamed: boolean, path: string, to: ErrorList): void {
  const { name = '', protocol = '', appProtocol } = port;
  if (isNamed && name === '') to.required(child(path, 'name'));
  else if (name !== '') to.all(child(path, 'name'), name, dns1123Label(name));
  to.all(child(path, 'port'), port.port ?? 0, portNumber(port.port ?? 0));
  if (protocol === '') to.required(child(path, 'protocol'));
  else if (!protocols.includes(protocol)) to.notSupported(child(path, 'protocol'), protocol, protocols);
  if (appProtocol !== undefined) to.all(child(path, 'appProtocol'), appProtocol, qualifiedName(appProtocol));
}

/** Rules of Endpoints. Upstream: ValidateEndpoints. */
export function validateEndpoints({ subsets }: corev1.Endpoints, to: ErrorList): void {
  for (const [index, { addresses, notReadyAddresses, ports }] of (subsets ?? []).entries()) {
    const at = `subsets[${index}]`;
    if (!addresses?.length && !notReadyAddresses?.length)
      to.required(at, 'must specify `addresses` or `notReadyAddresses`');
    for (const [position, address] of (addresses ?? []).entries())
      validateEndpointAddress(address, `${at}.addresses[${position}]`, to);
    for (const [position, address] of (notReadyAddresses ?? []).entries())
      validateEndpointAddress(address, `${at}.notReadyAddresses[${position}]`, to);
    for (const [position, port] of (ports ?? []).entries())
      validatePort(port, (ports?.length ?? 0) > 1, `${at}.ports[${position}]`, to);
  }
}

/** Subsets that stay as they are were held to the rules of their day. */
export function validateEndpointsUpdate(endpoints: corev1.Endpoints, old: corev1.Endpoints, to: ErrorList): void {
  if (!same(endpoints.subsets, old.subsets)) validateEndpoints(endpoints, to);
}

export const endpointsValidation: Validation<corev1.Endpoints> = {
  create: validateEndpoints,
  update: validateEndpointsUpdate,
  warnings: warningsForEndpoints,
};
