import { unknownResource, type ApiObject } from '@skiff/apimachinery';
import type { Awaitable } from '../cache/awaitable';
import type { CacheWatcher } from '../cache/cache-watcher';
import type { CachedObject } from '../cache/cached-object';
import type { WatchCache } from '../cache/watch-cache';
import { ConvertedEvents } from './converted-events';
import type { VersionView } from './version-view';

/** A watch that is open. */
export interface CacheWatch {
  /** Every event up to this revision was delivered. */
  readonly revision: bigint;
  close(): void;
}

/** What the cache of a resource shows in one version. What needs no conversion, or one that needs nobody, is there at once. */
export class VersionCache<T extends ApiObject = ApiObject> {
  private isClosed = false;

  constructor(
    private readonly cache: WatchCache,
    private readonly view: VersionView<T>,
  ) {}

  /** The revision up to which everything is known. */
  get currentRevision(): bigint {
    return this.cache.currentRevision;
  }

  /** Whether what is stored was read. */
  get isReady(): boolean {
    return this.cache.isReady;
  }

  /** Resolves then. */
  ready(): Promise<void> {
    return this.cache.ready();
  }

  /** Throws a StatusError when what is stored there cannot be read. */
  get(key: string): Awaitable<CachedObject<T>> | undefined {
    const stored = this.cache.get(key);
    return stored && this.view.of(stored);
  }

  /** All objects whose key begins with this prefix, in byte order. Throws a StatusError when one of them cannot be read. */
  list(prefix: string): Awaitable<readonly CachedObject<T>[]> {
    return this.view.all(this.cache.list(prefix));
  }

  /** The same without those that cannot be read. */
  listReadable(prefix: string): Awaitable<readonly CachedObject<T>[]> {
    return this.view.all(this.cache.listReadable(prefix));
  }

  /** See `WatchCache`. An event whose conversion fails ends the watch with that error. */
  watch(afterRevision: bigint, watcher: CacheWatcher<T>): CacheWatch {
    return this.open(watcher, (events) => this.cache.watch(afterRevision, events, this));
  }

  watchReadable(afterRevision: bigint, watcher: CacheWatcher<T>): CacheWatch {
    return this.open(watcher, (events) => this.cache.watchReadable(afterRevision, events, this));
  }

  /** A version that this server has just written, for the writer and for everybody else. */
  shareWritten(key: string, value: Uint8Array, revision: bigint): Awaitable<CachedObject<T>> {
    return this.view.of(this.cache.shareWritten(key, value, revision));
  }

  /** Tells everybody who watches that this version is served no longer. */
  close(): void {
    this.isClosed = true;
    this.cache.endWatches(this);
  }

  private open(watcher: CacheWatcher<T>, subscribe: (events: CacheWatcher) => () => void): CacheWatch {
    if (this.isClosed) throw unknownResource();
    const { cache } = this;
    if (this.view.isStored) {
      const close = subscribe(watcher as CacheWatcher<ApiObject>);
      return {
        get revision() {
          return cache.currentRevision;
        },
        close,
      };
    }
    const events = new ConvertedEvents(watcher, (event) => this.view.event(event));
    const unsubscribe = subscribe(events);
    return {
      get revision() {
        return events.behind ?? cache.currentRevision;
      },
      close: () => {
        unsubscribe();
        events.close();
      },
    };
  }
}
