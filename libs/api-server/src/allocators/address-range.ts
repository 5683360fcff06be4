/** A block of numbers from which things are handed out: IPv4 addresses or ports. */
export interface NumberRange {
  /** As users write it, such as `10.96.0.0/16` or `30000-32767`. */
  readonly text: string;
  /** How many can be handed out. */
  readonly size: number;
  /** How many of the lowest are kept for those who ask for a certain one, while others are left. */
  readonly staticBand: number;
  /** The one at an index from 0. */
  at(index: number): string;
  /** The index of one, or undefined when it is not in the range. */
  indexOf(value: string): number | undefined;
}

/** The addresses of an IPv4 range without the first (the network) and the last (broadcast). Throws when the text is no such range. */
export function addressRange(text: string): NumberRange {
  const [address = '', bits = ''] = text.split('/');
  const prefix = Number(bits);
  const base = parseAddress(address);
  if (base === undefined || !/^\d+$/.test(bits) || prefix > 30)
    throw new Error(`invalid IPv4 range ${JSON.stringify(text)}: expected a.b.c.d/n with n of at most 30`);
  const total = 2 ** (32 - prefix);
  const first = base - (base % total) + 1;
  const size = total - 2;
  return {
    text,
    size,
    staticBand: band(size, 16, 256),
    at: (index) => formatAddress(first + index),
    indexOf(value) {
      const index = (parseAddress(value) ?? -1) - first;
      return index >= 0 && index < size ? index : undefined;
    },
  };
}

/** Ports from the first to the last, both included. Throws when the text is no such range. */
export function portRange(text: string): NumberRange {
  const match = /^(\d+)-(\d+)$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || first < 1 || last > 65535 || first > last)
    throw new Error(`invalid port range ${JSON.stringify(text)}: expected first-last`);
  const size = last - first + 1;
  return {
    text,
    size,
    staticBand: band(size, 32, 128),
    at: (index) => String(first + index),
    indexOf(value) {
      const index = Number(value) - first;
      return Number.isInteger(index) && index >= 0 && index < size ? index : undefined;
    },
  };
}

/** Upstream's reserved lower band: a fraction of the range, between 16 and a limit; none in a small range. */
function band(size: number, fraction: number, limit: number): number {
  const offset = Math.max(16, Math.floor(size / fraction));
  return size <= 16 ? 0 : Math.min(offset, limit);
}

/** The first address of an IPv4 range that can be handed out: what the `kubernetes` Service gets. */
export function firstAddress(range: NumberRange): string {
  return range.at(0);
}

function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

const formatAddress = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
