import {
  also,
  child,
  dns1123Subdomain,
  type ErrorList,
  immutable,
  parseIPSloppy,
  pathSegment,
  type Validation,
} from '@skiff/apimachinery';
import type { networkingv1 } from '@skiff/contracts';

/** An address is the name of its object, written in one way only. Upstream: ValidateIPAddressName. */
export function addressName(name: string): string[] {
  const address = parseIPSloppy(name);
  if (!address) return [`ParseAddr(${JSON.stringify(name)}): unable to parse IP`];
  return address.canonical === name ? [] : ['must be a canonical form IP address'];
}

function validateSegment(value: string, path: string, to: ErrorList): void {
  if (value === '') to.required(path);
  else to.all(path, value, pathSegment(value));
}

/** Rules of an IPAddress: it says whose it is. Upstream: ValidateIPAddress. */
export function validateIPAddress({ spec }: networkingv1.IPAddress, to: ErrorList): void {
  const path = 'spec.parentRef';
  const { parentRef } = spec ?? {};
  if (!parentRef) return to.required(path);
  const { group = '', resource = '', name = '', namespace = '' } = parentRef;
  if (group !== '') to.all(child(path, 'group'), group, dns1123Subdomain(group));
  validateSegment(resource, child(path, 'resource'), to);
  validateSegment(name, child(path, 'name'), to);
  if (namespace !== '') to.all(child(path, 'namespace'), namespace, pathSegment(namespace));
}

export function fixedParent({ spec }: networkingv1.IPAddress, old: networkingv1.IPAddress, to: ErrorList): void {
  immutable(spec?.parentRef, old.spec?.parentRef, 'spec.parentRef', to);
}

export const ipAddressValidation: Validation<networkingv1.IPAddress> = {
  name: addressName,
  create: validateIPAddress,
  update: also(validateIPAddress, fixedParent),
};
