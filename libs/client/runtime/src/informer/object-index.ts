/** By name of the index: the values under which an object is filed. */
export type Indexers<T> = Readonly<Record<string, (object: T) => string[]>>;

/** Objects by key and by the values of indexers. */
export class ObjectIndex<T> {
  private readonly objects = new Map<string, T>();
  private readonly indexes: Map<string, Map<string, Map<string, T>>>;

  constructor(private readonly indexers: Indexers<T>) {
    this.indexes = new Map(Object.keys(indexers).map((name) => [name, new Map<string, Map<string, T>>()]));
  }

  get(key: string): T | undefined {
    return this.objects.get(key);
  }

  list(): T[] {
    return [...this.objects.values()];
  }

  entries(): [string, T][] {
    return [...this.objects];
  }

  byIndex(name: string, value: string): T[] {
    const index = this.indexes.get(name);
    if (!index) throw new RangeError(`there is no index "${name}"`);
    return [...(index.get(value)?.values() ?? [])];
  }

  /** Files an object; returns the one it replaces. */
  set(key: string, object: T): T | undefined {
    const old = this.objects.get(key);
    if (old !== undefined) this.unfile(key, old);
    this.objects.set(key, object);
    for (const [name, index] of this.indexes) {
      for (const value of this.indexers[name]?.(object) ?? []) {
        let filed = index.get(value);
        if (!filed) index.set(value, (filed = new Map()));
        filed.set(key, object);
      }
    }
    return old;
  }

  delete(key: string): T | undefined {
    const old = this.objects.get(key);
    if (old === undefined) return undefined;
    this.unfile(key, old);
    this.objects.delete(key);
    return old;
  }

  private unfile(key: string, object: T): void {
    for (const [name, index] of this.indexes) {
      for (const value of this.indexers[name]?.(object) ?? []) {
        const filed = index.get(value);
        filed?.delete(key);
        if (filed?.size === 0) index.delete(value);
      }
    }
  }
}
