/** How many keys a block may hold before it is split. */
const blockSize = 256;

interface Slot<V> {
  readonly key: string;
  readonly order: string;
  value: V;
}

/**
 * A map whose keys are in byte order, in blocks of bounded size: adding a key moves
 * a few hundred others at most.
 */
export class SortedMap<V> {
  private readonly slots = new Map<string, Slot<V>>();
  private blocks: Slot<V>[][] = [];

  get size(): number {
    return this.slots.size;
  }

  get(key: string): V | undefined {
    return this.slots.get(key)?.value;
  }

  set(key: string, value: V): void {
    const known = this.slots.get(key);
    if (known !== undefined) {
      known.value = value;
      return;
    }
    const slot = { key, order: byteOrder(key), value };
    this.slots.set(key, slot);
    const at = this.blockOf(slot.order);
    const block = this.blocks[at];
    if (block === undefined) {
      this.blocks.push([slot]);
      return;
    }
    block.splice(firstNotBelow(block, slot.order), 0, slot);
    if (block.length > blockSize) this.blocks.splice(at + 1, 0, block.splice(blockSize / 2));
  }

  delete(key: string): void {
    const slot = this.slots.get(key);
    if (slot === undefined) return;
    this.slots.delete(key);
    const at = this.blockOf(slot.order);
    const block = this.blocks[at] ?? [];
    block.splice(firstNotBelow(block, slot.order), 1);
    if (block.length === 0) this.blocks.splice(at, 1);
  }

  /** What begins with the prefix and comes after the key, in order. Must not be changed while it is read. */
  *range(prefix: string, after?: string): Generator<V> {
    const bytes = byteOrder(prefix);
    const start = this.position(startOrder(bytes, after));
    for (let at = start.block, index = start.index; at < this.blocks.length; at += 1, index = 0) {
      for (const slot of this.blocks[at]?.slice(index) ?? []) {
        if (!slot.order.startsWith(bytes)) return;
        yield slot.value;
      }
    }
  }

  /** How many begin with the prefix and come after the key. */
  count(prefix: string, after?: string): number {
    const bytes = byteOrder(prefix);
    const start = this.position(startOrder(bytes, after));
    const end = this.position(`${bytes}${aboveBytes}`);
    let count = end.index - start.index;
    for (let at = start.block; at < end.block; at += 1) count += this.blocks[at]?.length ?? 0;
    return Math.max(0, count);
  }

  /** Where the first key lies that is not below this one. */
  private position(order: string): { block: number; index: number } {
    const block = this.blockOf(order);
    return { block, index: firstNotBelow(this.blocks[block] ?? [], order) };
  }

  /** The block in which a key lies, or would: the last that does not begin above it. */
  private blockOf(order: string): number {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.blocks[middle]?.[0]?.order ?? '') <= order) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

/** Comes after every character of a byte order. */
const aboveBytes = '\u0100';

/** The least order that is not below the prefix and comes after the key: none lies between a key and the same with a zero byte. */
function startOrder(prefix: string, after?: string): string {
  const next = after === undefined ? '' : `${byteOrder(after)}\0`;
  return next > prefix ? next : prefix;
}

/** A key's bytes as a string: comparing two of them compares bytes. */
export function byteOrder(key: string): string {
  return Buffer.from(key).toString('latin1');
}

function firstNotBelow<V>(block: readonly Slot<V>[], order: string): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((block[middle]?.order ?? '') < order) low = middle + 1;
    else high = middle;
  }
  return low;
}
