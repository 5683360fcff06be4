import { elementOf, type ListShape } from './shape';

/** Gives an item of the merged list from that of the one, the other, or both. */
export type MergeItems = (live: unknown, config: unknown) => unknown;

/** A list, and its items by what tells them apart. */
interface Indexed {
  readonly items: readonly unknown[];
  readonly elements: readonly string[];
  /** Of several of one element, undefined. */
  readonly byElement: ReadonlyMap<string, unknown>;
}

/**
 * Merges two lists whose items are told apart by key or value. Items that both have come in the order of the
 * configuration; the others stay beside those that they stood beside. Takes time by the length of both.
 * Upstream: visitListItems in typed/merge.go of structured-merge-diff.
 */
export function mergeLists(
  shape: ListShape,
  live: readonly unknown[],
  config: readonly unknown[],
  merge: MergeItems,
): unknown[] {
  return new ListMerge(index(shape, live), index(shape, config), merge).run();
}

function index(shape: ListShape, items: readonly unknown[]): Indexed {
  const elements = items.map((item) => elementOf(shape, item));
  const byElement = new Map<string, unknown>();
  for (const [at, element] of elements.entries())
    byElement.set(element, byElement.has(element) ? undefined : items[at]);
  return { items, elements, byElement };
}

class ListMerge {
  private readonly merged: unknown[] = [];
  private readonly taken = new Set<string>();
  /** The elements of both, in the order of the configuration. */
  private readonly shared: readonly string[];
  private nextShared = 0;
  private liveAt = 0;
  private configAt = 0;

  constructor(
    private readonly live: Indexed,
    private readonly config: Indexed,
    private readonly merge: MergeItems,
  ) {
    this.shared = config.elements.filter((element) => live.byElement.has(element));
  }

  run(): unknown[] {
    while (this.liveAt < this.live.elements.length || this.configAt < this.config.elements.length) this.step();
    return this.merged;
  }

  private step(): void {
    const element = this.live.elements[this.liveAt];
    if (element !== undefined && element !== this.config.elements[this.configAt]) {
      if (this.isForLater(element)) {
        this.liveAt += 1;
        return;
      }
      if (!this.config.byElement.has(element)) {
        this.merged.push(this.live.items[this.liveAt]);
        this.liveAt += 1;
        return;
      }
    } else if (element !== undefined) this.liveAt += 1;
    this.takeConfigured();
  }

  /** Whether an item of both lists has had its turn, or has it further on in the configuration. */
  private isForLater(element: string): boolean {
    if (!this.config.byElement.has(element)) return false;
    const expected = this.shared[this.nextShared];
    return this.taken.has(element) || (expected !== undefined && expected !== element);
  }

  private takeConfigured(): void {
    const element = this.config.elements[this.configAt];
    if (element === undefined) return;
    this.taken.add(element);
    const item = this.config.items[this.configAt];
    this.merged.push(this.merge(this.live.byElement.get(element), item));
    this.configAt += 1;
    if (this.shared[this.nextShared] === element) this.nextShared += 1;
  }
}
