import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { badRequest } from '@skiff/apimachinery';

/** Addresses that lead to the machine of the API server itself, or to its neighbours alone. */
const local = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
] as const)
  local.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  local.addSubnet(network, prefix, 'ipv6');

/** Whether the API server may connect to an address on somebody's behalf. */
export type Proxyable = (address: string) => boolean;

/**
 * Any address but those of loopback and of links, and those that mean all or none.
 * Upstream: pkg/proxy/util/utils.go.
 */
export const isProxyable: Proxyable = (address) => {
  const plain = address.replace(/%.*$/, '');
  const family = isIP(plain);
  return family !== 0 && !local.check(plain, family === 6 ? 'ipv6' : 'ipv4');
};

export const addressNotAllowed = (): Error => badRequest('address not allowed');

/** The address of a host that may be connected to. Throws BadRequest when one of its addresses may not. */
export async function proxyableAddress(host: string, proxyable: Proxyable): Promise<string> {
  const addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
  const [first] = addresses;
  if (first === undefined || !addresses.every(proxyable)) throw addressNotAllowed();
  return first;
}
