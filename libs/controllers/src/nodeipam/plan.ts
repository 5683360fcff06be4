/** An IPv4 range: its first address as a number, and its prefix length. */
interface Range {
  readonly base: number;
  readonly prefix: number;
}

/** Parses "10.244.0.0/16". Throws a RangeError when it is not an IPv4 range. */
export function parseCidr(text: string): Range {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const octets = match?.slice(1, 5).map(Number) ?? [];
  const prefix = Number(match?.[5]);
  if (!match || octets.some((octet) => octet > 255) || prefix > 32)
    throw new RangeError(`invalid CIDR address: ${text}`);
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefix);
  return { base: Math.floor(address / size) * size, prefix };
}

function formatCidr({ base, prefix }: Range): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256);
  return `${octets.join('.')}/${prefix}`;
}

/**
 * Hands out ranges of one size from a larger range, never one that overlaps a range
 * in use. A node keeps the range that it was once given until it is released.
 */
export class CidrSet {
  private readonly range: Range;
  private readonly count: number;
  private readonly byOwner = new Map<string, Set<number>>();
  private readonly taken = new Set<number>();
  /** Where to look first: ranges are reused as late as possible. */
  private next = 0;

  constructor(
    clusterCidr: string,
    private readonly nodePrefix: number,
  ) {
    this.range = parseCidr(clusterCidr);
    if (nodePrefix < this.range.prefix || nodePrefix > 32) {
      throw new RangeError(`node mask size /${nodePrefix} does not fit cluster CIDR ${clusterCidr}`);
    }
    this.count = 2 ** (nodePrefix - this.range.prefix);
  }

  /** Records that a node uses a range; one outside of the cluster's range does not matter here. */
  occupy(owner: string, cidr: string): void {
    const { base, prefix } = parseCidr(cidr);
    const size = 2 ** (32 - this.nodePrefix);
    const first = Math.floor((base - this.range.base) / size);
    const last = Math.floor((base + 2 ** (32 - prefix) - 1 - this.range.base) / size);
    for (let index = Math.max(0, first); index <= Math.min(this.count - 1, last); index++) this.take(owner, index);
  }

  /** The range of a node, a free one if it has none; undefined when all are in use. */
  allocate(owner: string): string | undefined {
    const [kept] = this.byOwner.get(owner) ?? [];
    if (kept !== undefined) return this.at(kept);
    for (let step = 0; step < this.count; step++) {
      const index = (this.next + step) % this.count;
      if (this.taken.has(index)) continue;
      this.next = index + 1;
      this.take(owner, index);
      return this.at(index);
    }
    return undefined;
  }

  release(owner: string): void {
    for (const index of this.byOwner.get(owner) ?? []) this.taken.delete(index);
    this.byOwner.delete(owner);
  }

  private take(owner: string, index: number): void {
    this.taken.add(index);
    const own = this.byOwner.get(owner) ?? new Set();
    this.byOwner.set(owner, own.add(index));
  }

  private at(index: number): string {
    return formatCidr({ base: this.range.base + index * 2 ** (32 - this.nodePrefix), prefix: this.nodePrefix });
  }
}
