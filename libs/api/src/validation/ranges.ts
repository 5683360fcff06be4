import type { networkingv1 } from '@skiff/contracts';
import {
  parseIPSloppy,
  parseCIDRSloppy,
  immutable,
  cidr,
  dns1123Subdomain,
  pathSegment,
  child,
  type ErrorList,
} from '@skiff/apimachinery';

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

function validateRange(text: string, path: string, to: ErrorList): void {
  const wrong = cidr(text);
  to.all(path, text, wrong);
  const range = parseCIDRSloppy(text);
  if (wrong.length > 0 || !range) return;
  if (!range.canonical.startsWith(`${range.address.canonical}/`))
    to.invalid(path, text, 'must not have bits set beyond the prefix length');
  else if (range.canonical !== text)
    to.invalid(path, text, `must be in canonical form (${JSON.stringify(range.canonical)})`);
}

/** Rules of a ServiceCIDR: a range of each family at most. Upstream: ValidateServiceCIDR. */
export function validateServiceRange({ spec }: networkingv1.ServiceCIDR, to: ErrorList): void {
  const path = 'spec.cidrs';
  const ranges = spec?.cidrs ?? [];
  if (ranges.length === 0) return to.required(path, 'at least one CIDR required');
  if (ranges.length > 2) return to.invalid(path, ranges, 'may only hold up to 2 values');
  const families = new Set(ranges.map((range) => parseCIDRSloppy(range)?.address.family));
  if (families.size < ranges.length)
    return to.invalid(
      path,
      ranges,
      'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96',
    );
  for (const [index, range] of ranges.entries()) validateRange(range, `${path}[${index}]`, to);
}

/** Ranges stay; one of the other family may come. Upstream: ValidateServiceCIDRUpdate. */
export function validateServiceRangeUpdate(
  object: networkingv1.ServiceCIDR,
  old: networkingv1.ServiceCIDR,
  to: ErrorList,
): void {
  const [ranges, before] = [object.spec?.cidrs ?? [], old.spec?.cidrs ?? []];
  const isMore = before.length === 1 && ranges.length === 2;
  if (ranges.length !== before.length && !isMore) return to.invalid('spec.cidrs', ranges, 'field is immutable');
  for (const [index, range] of before.entries()) immutable(ranges[index], range, `spec.cidrs[${index}]`, to);
  if (isMore) validateServiceRange(object, to);
}
