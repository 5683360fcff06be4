import type { ApiObject } from '@skiff/apimachinery';
import type { CachedObject } from './cached-object';

/** Objects by key, and in the order of their keys: sorted when somebody lists, and then only what is new. */
export class ObjectIndex<T extends ApiObject> {
  private readonly byKey: Map<string, CachedObject<T>>;
  private sorted: CachedObject<T>[] = [];
  /** The keys that are not in `sorted` yet. */
  private readonly added: Set<string>;

  constructor(objects: Iterable<CachedObject<T>> = []) {
    this.byKey = new Map([...objects].map((object) => [object.key, object]));
    this.added = new Set(this.byKey.keys());
  }

  get size(): number {
    return this.byKey.size;
  }

  get(key: string): CachedObject<T> | undefined {
    return this.byKey.get(key);
  }

  set(object: CachedObject<T>): void {
    const { key } = object;
    const known = this.byKey.has(key);
    this.byKey.set(key, object);
    if (!known) this.added.add(key);
    else if (!this.added.has(key)) this.sorted[lowerBound(this.sorted, key)] = object;
  }

  delete(key: string): void {
    if (!this.byKey.delete(key) || this.added.delete(key)) return;
    this.sorted.splice(lowerBound(this.sorted, key), 1);
  }

  /** All objects whose key begins with this prefix, in byte order; all there are for an empty one. */
  list(prefix: string): CachedObject<T>[] {
    this.sort();
    if (prefix === '') return [...this.sorted];
    const start = lowerBound(this.sorted, prefix);
    let end = start;
    while (end < this.sorted.length && this.sorted[end]?.key.startsWith(prefix)) end += 1;
    return this.sorted.slice(start, end);
  }

  private sort(): void {
    if (this.added.size === 0) return;
    const added: CachedObject<T>[] = [];
    for (const key of this.added) added.push(this.byKey.get(key) as CachedObject<T>);
    added.sort(byKey);
    this.added.clear();
    this.sorted = merge(this.sorted, added);
  }
}

const byKey = (a: CachedObject, b: CachedObject): number => (a.key < b.key ? -1 : 1);

function merge<T extends CachedObject>(left: readonly T[], right: readonly T[]): T[] {
  const merged: T[] = [];
  let at = 0;
  for (const object of right) {
    for (let next = left[at]; next && next.key < object.key; next = left[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(object);
  }
  for (; at < left.length; at += 1) merged.push(left[at] as T);
  return merged;
}

/** The first position whose key is not below this one. */
function lowerBound(sorted: readonly CachedObject[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle];
    if (found && found.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
