import { parseCIDRSloppy, parseIPSloppy } from '@skiff/apimachinery';
import { isIPv4, isIPv6 } from 'node:net';

const isStandard = (text: string): boolean => isIPv4(text) || (isIPv6(text) && !/^::ffff:\d+\.\d+/i.test(text));

/** Says how an address should be written. Upstream: GetWarningsForIP. */
export function warningsForAddress(path: string, text: string): string[] {
  const address = parseIPSloppy(text);
  if (!address || address.canonical === text) return [];
  const [shown, better] = [JSON.stringify(text), JSON.stringify(address.canonical)];
  if (!isStandard(text) || address.family === 4)
    return [
      `${path}: non-standard IP address ${shown} will be considered invalid in a future Kubernetes release: use ${better}`,
    ];
  return [`${path}: IPv6 address ${shown} should be in RFC 5952 canonical format (${better})`];
}

/** Says how a range of addresses should be written. Upstream: GetWarningsForCIDR. */
export function warningsForRange(path: string, text: string): string[] {
  const range = parseCIDRSloppy(text);
  if (!range) return [];
  const { address, canonical } = range;
  const [host = '', bits = ''] = text.split('/');
  const found: string[] = [];
  const [shown, better] = [JSON.stringify(text), JSON.stringify(canonical)];
  if (!canonical.startsWith(`${address.canonical}/`)) {
    const single = JSON.stringify(`${address.canonical}/${address.family === 4 ? 32 : 128}`);
    found.push(`${path}: CIDR value ${shown} is ambiguous in this context (should be ${better} or ${single}?)`);
  }
  const isOdd = !isStandard(host) || String(Number(bits)) !== bits || (address.family === 4 && host.includes(':'));
  if (isOdd)
    found.push(
      `${path}: non-standard CIDR value ${shown} will be considered invalid in a future Kubernetes release: use ${better}`,
    );
  else if (address.family === 6 && host !== address.canonical)
    found.push(
      `${path}: IPv6 CIDR value ${shown} should be in RFC 5952 canonical format (${JSON.stringify(`${address.canonical}/${bits}`)})`,
    );
  return found;
}
