import { isIP, SocketAddress } from 'node:net';

/** An address as old clients may write it: parts of IPv4 with zeros before them count as decimal. */
export interface SloppyIP {
  /** In the one way to write it: RFC 5952 for IPv6, and IPv4 for an IPv6 address that only stands for one. */
  readonly canonical: string;
  readonly family: 4 | 6;
}

const parts = /^\d+\.\d+\.\d+\.\d+$/;
const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/** Reads an address of an old field. Undefined for what is none. Upstream: netutils.ParseIPSloppy. */
export function parseIPSloppy(text: string): SloppyIP | undefined {
  if (parts.test(text)) {
    const canonical = text.split('.').map(Number).join('.');
    return isIP(canonical) === 4 ? { canonical, family: 4 } : undefined;
  }
  if (isIP(text) !== 6 || text.includes('%')) return undefined;
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  const [, four] = mapped.exec(address) ?? [];
  return four === undefined ? { canonical: address, family: 6 } : { canonical: four, family: 4 };
}

/** A range of addresses as old clients may write it. */
export interface SloppyCIDR {
  readonly address: SloppyIP;
  readonly bits: number;
  /** The range without what its address has beyond the prefix. */
  readonly canonical: string;
}

/** Upstream: netutils.ParseCIDRSloppy. */
export function parseCIDRSloppy(text: string): SloppyCIDR | undefined {
  const [host = '', length = '', ...more] = text.split('/');
  const address = parseIPSloppy(host);
  if (!address || more.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const isMapped = address.family === 4 && host.includes(':');
  const bits = Number(length) - (isMapped ? 96 : 0);
  if (bits < 0 || bits > (address.family === 4 ? 32 : 128)) return undefined;
  return { address, bits, canonical: `${firstAddress(address, bits)}/${bits}` };
}

/** The first address of the range that an address lies in. */
function firstAddress({ canonical, family }: SloppyIP, bits: number): string {
  const width = family === 4 ? 32 : 128;
  const shift = BigInt(width - bits);
  const value = (toNumber(canonical, family) >> shift) << shift;
  if (family === 4) return [24n, 16n, 8n, 0n].map((by) => String((value >> by) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}

function toNumber(address: string, family: 4 | 6): bigint {
  if (family === 4) return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined): string[] => (text ? text.split(':') : []);
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...(tail === undefined ? [] : zeros), ...right].reduce(
    (sum, group) => (sum << 16n) | BigInt(`0x${group || '0'}`),
    0n,
  );
}
