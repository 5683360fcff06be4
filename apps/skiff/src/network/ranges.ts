/** A range of IPv4 addresses as numbers: the first, and how many. */
interface Range {
  readonly first: number;
  readonly size: number;
}

/** Reads "10.96.0.0/16", or an address alone; undefined for anything else. */
export function parseRange(text: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  if (!match) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const bits = Number(match[5] ?? 32);
  if (bits > 32 || octets.some((octet) => octet > 255)) return undefined;
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - bits);
  return { first: address - (address % size), size };
}

/** Whether two ranges have an address in common; what is no range has none. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [parseRange(one), parseRange(other)];
  return a !== undefined && b !== undefined && a.first < b.first + b.size && b.first < a.first + a.size;
}

/** The address that is so many after a range's first, such as 10.96.0.10. */
export function addressIn(range: string, offset: number): string {
  const first = (parseRange(range)?.first ?? 0) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
}
