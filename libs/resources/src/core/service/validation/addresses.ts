import { type ErrorList, isIP, parseIPSloppy } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { BlockList } from 'node:net';
import { validateAddress } from '../../pod/validation/pod';

const families = ['IPv4', 'IPv6'];

const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** Whether a Service has no address of its own, but those of its pods. */
export const isHeadless = ({ spec }: corev1.Service): boolean =>
  spec?.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';

/** `clusterIP` and the first of `clusterIPs` are the same address. */
function validateTwins({ clusterIP = '', clusterIPs }: corev1.ServiceSpec, to: ErrorList): void {
  const all = clusterIPs ?? [];
  if (clusterIP === '') {
    if (all.length > 0) to.invalid('spec.clusterIPs', all, 'must be empty when `clusterIP` is not specified');
  } else if (all.length === 0) to.required('spec.clusterIPs');
  else if (all[0] !== clusterIP) to.invalid('spec.clusterIPs', all, 'first value must match `clusterIP`');
}

function validateFamilies({ ipFamilies, ipFamilyPolicy }: corev1.ServiceSpec, to: ErrorList): void {
  const known = new Set<string>();
  for (const [index, family] of (ipFamilies ?? []).entries()) {
    const path = `spec.ipFamilies[${index}]`;
    if (!families.includes(family)) to.notSupported(path, family, families);
    if (known.has(family)) to.duplicate(path, family);
    known.add(family);
  }
  if (ipFamilyPolicy !== undefined && !familyPolicies.includes(ipFamilyPolicy))
    to.notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, familyPolicies);
}

/** Whether each address is one, and "None" alone. */
function areAddresses(addresses: readonly string[], to: ErrorList): boolean {
  const before = to.count;
  for (const [index, address] of addresses.entries()) {
    if (index > 0 || address !== 'None') validateAddress(address, `spec.clusterIPs[${index}]`, to);
    else if (addresses.length > 1) to.invalid('spec.clusterIPs', addresses, "'None' must be the first and only value");
  }
  return to.count === before;
}

/** Cluster addresses and their families. As ValidateServiceClusterIPsRelatedFields. */
export function validateClusterAddresses(service: corev1.Service, to: ErrorList): void {
  const { spec = {} } = service;
  if (spec.type === 'ExternalName') return;
  validateTwins(spec, to);
  validateFamilies(spec, to);
  const addresses = spec.clusterIPs ?? [];
  const areValid = areAddresses(addresses, to);
  if (addresses.length > 2) to.invalid('spec.clusterIPs', addresses, 'may only hold up to 2 values');
  if (!areValid) return;
  if (addresses.length > 1 && new Set(addresses.map((address) => isIP(address))).size !== addresses.length)
    to.invalid('spec.clusterIPs', addresses, 'may specify no more than one IP for each IP family');
  if (isHeadless(service)) return;
  for (const [index, family] of (spec.ipFamilies ?? []).entries()) {
    const address = addresses[index];
    if (address === undefined || !families.includes(family) || `IPv${isIP(address)}` === family) continue;
    const detail = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    to.invalid(`spec.clusterIPs[${index}]`, address, detail);
  }
}

const special = (...ranges: [address: string, bits: number, family: 'ipv4' | 'ipv6'][]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) list.addSubnet(...range);
  return list;
};

const specials: readonly [BlockList, string][] = [
  [special(['0.0.0.0', 32, 'ipv4'], ['::', 128, 'ipv6']), 'may not be unspecified (0.0.0.0 or ::)'],
  [special(['127.0.0.0', 8, 'ipv4'], ['::1', 128, 'ipv6']), 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [
    special(['169.254.0.0', 16, 'ipv4'], ['fe80::', 10, 'ipv6']),
    'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  ],
  [
    special(['224.0.0.0', 24, 'ipv4'], ['ff02::', 16, 'ipv6']),
    'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  ],
];

/** An address that is nobody's in particular. As ValidateNonSpecialIP. */
export function validateOrdinaryAddress(address: string, path: string, to: ErrorList): void {
  const parsed = parseIPSloppy(address);
  if (!parsed) return to.invalid(path, address, 'must be a valid IP address');
  for (const [list, detail] of specials)
    if (list.check(parsed.canonical, parsed.family === 4 ? 'ipv4' : 'ipv6')) to.invalid(path, address, detail);
}

/** Addresses from outside that nodes answer for. */
export function validateExternalAddresses({ externalIPs }: corev1.ServiceSpec, to: ErrorList): void {
  for (const [index, address] of (externalIPs ?? []).entries()) {
    const path = `spec.externalIPs[${index}]`;
    if (parseIPSloppy(address)) validateOrdinaryAddress(address, path, to);
    else validateAddress(address, path, to);
  }
}
