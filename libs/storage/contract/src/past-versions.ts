import type { Entry } from './store';

/** How the state under a prefix at a past revision differs from the one now. */
export class PastVersions {
  /** The versions that stood there then, in byte order. */
  private readonly shown: readonly Entry[];
  /** The keys that are there now, and not to be taken from there. */
  private readonly hidden: ReadonlySet<string>;

  /**
   * @param then the version at the past revision of each key that changed since; undefined for one that did not exist.
   * @param exists whether a key is there now.
   */
  constructor(then: Iterable<readonly [string, Entry | undefined]>, exists: (key: string) => boolean) {
    const hidden = new Set<string>();
    const shown: Entry[] = [];
    for (const [key, entry] of then) {
      if (exists(key)) hidden.add(key);
      if (entry !== undefined) shown.push(entry);
    }
    this.hidden = hidden;
    this.shown = shown.sort((a, b) => compareKeys(a.key, b.key));
  }

  /** The past state, from the one now; both in byte order. */
  *merge(now: Iterable<Entry>): Generator<Entry> {
    let index = 0;
    for (const entry of now) {
      for (; ; index++) {
        const then = this.shown[index];
        if (then === undefined || compareKeys(then.key, entry.key) > 0) break;
        yield then;
      }
      if (!this.hidden.has(entry.key)) yield entry;
    }
    yield* this.shown.slice(index);
  }

  /** How many keys more than now there were after `key`. */
  surplus(key: string): number {
    const after = (other: string): boolean => compareKeys(other, key) > 0;
    return this.shown.filter((entry) => after(entry.key)).length - [...this.hidden].filter(after).length;
  }
}

/** Compares two keys by their bytes. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
