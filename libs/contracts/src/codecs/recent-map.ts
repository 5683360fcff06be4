/**
 * A map that keeps what was set or read last and forgets the rest, in constant time for each: at least
 * half of `most` entries, and never more than `most`. Finding the oldest key of a Map takes the longer
 * the more keys before it have been deleted.
 */
export class RecentMap<V> {
  private recent = new Map<string, V>();
  private older = new Map<string, V>();

  constructor(private readonly most: number) {}

  get size(): number {
    return this.recent.size + this.older.size;
  }

  get(key: string): V | undefined {
    const value = this.recent.get(key);
    if (value !== undefined) return value;
    const old = this.older.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    this.older.delete(key);
    this.recent.set(key, value);
    if (this.recent.size * 2 < this.most) return;
    this.older = this.recent;
    this.recent = new Map();
  }
}
