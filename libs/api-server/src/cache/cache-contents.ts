import type { Logger } from '@skiff/platform';
import type { Entry, StoreEvent } from '@skiff/storage';
import { CachedObject } from './cached-object';
import type { CacheEvent } from './event-log';
import { ObjectIndex } from './object-index';
import { withResourceVersion, type RecordCodec } from './record';
import { UnreadableEntries } from './unreadable-entries';

/** What a cache knows of its resource: the objects, and what is stored among them that cannot be read. */
export class CacheContents {
  private objects = new ObjectIndex();
  /** Written here, and not yet seen in the watch of the store. */
  private readonly written = new Map<string, CachedObject>();
  private readonly unreadable: UnreadableEntries;

  constructor(
    private readonly records: RecordCodec,
    logger: Logger,
    /** Is told of an object that can be read now, and could not before. */
    private readonly found: (object: CachedObject) => void,
  ) {
    this.unreadable = new UnreadableEntries(logger);
  }

  /** How many objects can be read. */
  get size(): number {
    return this.objects.size;
  }

  /** Throws a StatusError when what is stored there cannot be read. */
  get(key: string): CachedObject | undefined {
    if (!this.unreadable.isEmpty) this.unreadable.retry(key, this.reread);
    return this.objects.get(key);
  }

  isNewest(cached: CachedObject): boolean {
    return this.objects.get(cached.key) === cached;
  }

  /** All that can be read whose key begins with this prefix, in byte order; everything for an empty one. */
  listReadable(prefix: string): CachedObject[] {
    return this.objects.list(prefix);
  }

  /** Throws a StatusError when something whose key begins with this prefix cannot be read. */
  requireReadable(prefix: string): void {
    if (!this.unreadable.isEmpty) this.unreadable.retryAll(prefix, this.reread);
  }

  /** Forgets everything, and begins with these. */
  replace(entries: readonly Entry[]): void {
    this.unreadable.clear();
    this.objects = new ObjectIndex(entries.flatMap((entry) => this.read(entry) ?? []));
    this.written.clear();
  }

  /** Follows the store: what changes for watchers, if anything does. `unreadable`: what is there now they cannot be told. */
  apply(event: StoreEvent): CacheEvent | 'unreadable' | undefined {
    return event.type === 'put' ? this.put(event.entry) : this.delete(event.key, event.revision);
  }

  /** A version that this server has just written, decoded once for the writer and for everybody else. */
  share(key: string, value: Uint8Array, revision: bigint, isNews: boolean): CachedObject {
    const known = this.objects.get(key);
    if (known?.revision === revision) return known;
    const written = this.records.decode({ key, value, revision });
    if (isNews) this.written.set(key, written);
    return written;
  }

  private put(entry: Entry): CacheEvent | 'unreadable' | undefined {
    const { key, revision } = entry;
    const previous = this.objects.get(key);
    // A list may already have shown this write.
    if (previous && previous.revision >= revision) return undefined;
    this.unreadable.forget(key);
    const current = this.takeWritten(key, revision) ?? this.read(entry);
    if (!current) {
      this.objects.delete(key);
      return 'unreadable';
    }
    this.objects.set(current);
    return { type: previous ? 'MODIFIED' : 'ADDED', current, previous, revision };
  }

  private delete(key: string, revision: bigint): CacheEvent | undefined {
    this.unreadable.forget(key);
    const previous = this.objects.get(key);
    if (!previous) return undefined;
    this.objects.delete(key);
    this.written.delete(key);
    const { kind, object, trace } = previous;
    const last = { ...object, metadata: withResourceVersion(object.metadata, revision) };
    return { type: 'DELETED', current: new CachedObject(kind, key, last, revision, trace), previous, revision };
  }

  private takeWritten(key: string, revision: bigint): CachedObject | undefined {
    const written = this.written.get(key);
    if (!written || written.revision > revision) return undefined;
    this.written.delete(key);
    return written.revision === revision ? written : undefined;
  }

  private read(entry: Entry): CachedObject | undefined {
    try {
      return this.records.decode(entry);
    } catch (error) {
      this.unreadable.add(entry, error);
      return undefined;
    }
  }

  private readonly reread = (entry: Entry): void => {
    const object = this.records.decode(entry);
    this.objects.set(object);
    this.found(object);
  };
}
