import type { Kind } from '@skiff/contracts';
import { StatusError, type ApiObject } from '@skiff/apimachinery';
import type { Clock, Logger } from '@skiff/platform';
import { CompactedError, type Store, type WatchBatch } from '@skiff/storage';
import { CacheContents } from './cache-contents';
import type { CachedObject } from './cached-object';
import { EventLog, type CacheEvent } from './event-log';
import type { WindowBudget } from './window-budget';

/** Receives the events of a watch; must return at once. */
export interface CacheWatcher<T extends ApiObject = ApiObject> {
  event(event: CacheEvent<T>): void;
  /** All events up to this revision have been delivered. */
  progress(revision: bigint): void;
  /** The cache had to begin anew: resume from the store is not possible. */
  lost(): void;
}

export interface WatchCacheOptions<T extends ApiObject> {
  readonly store: Store;
  readonly kind: Kind<T>;
  /** All keys of the resource begin with it. */
  readonly prefix: string;
  /** What the windows of all caches may keep together. */
  readonly budget: WindowBudget;
  readonly clock: Clock;
  readonly logger: Logger;
}

const retryMilliseconds = 200;

/** The error for a resource version that is no longer known, as upstream words it. */
export const tooOld = (message = 'too old resource version'): StatusError => new StatusError(410, 'Expired', message);

/** All objects of a resource, followed by one watch of the store and shared by every reader. */
export class WatchCache<T extends ApiObject = ApiObject> {
  private readonly contents: CacheContents<T>;
  private readonly log: EventLog<T>;
  private revision = 0n;
  private readonly watchers = new Set<CacheWatcher<T>>();
  private waiting: { revision: bigint; resolve: () => void }[] = [];
  private readonly listed: Promise<void>;
  private filled = false;

  constructor(
    private readonly options: WatchCacheOptions<T>,
    signal: AbortSignal,
  ) {
    this.contents = new CacheContents(options.kind, options.logger, (object) => this.tellOf(object));
    this.log = new EventLog<T>(0n, (cached) => this.contents.isNewest(cached), options.budget);
    this.listed = new Promise((resolve) => void this.follow(signal, resolve));
  }

  /** The revision up to which everything is known. */
  get currentRevision(): bigint {
    return this.revision;
  }

  /** Throws a StatusError when what is stored there cannot be read. */
  get(key: string): CachedObject<T> | undefined {
    return this.contents.get(key);
  }

  /** All objects whose key begins with this prefix, in byte order. Throws a StatusError when one of them cannot be read. */
  list(prefix: string): CachedObject<T>[] {
    this.contents.requireReadable(prefix);
    return this.listReadable(prefix);
  }

  /** The same without those that cannot be read. */
  listReadable(prefix: string): CachedObject<T>[] {
    return this.contents.listReadable(prefix === this.options.prefix ? '' : prefix);
  }

  /** Resolves when everything up to this revision is known here. */
  async reached(revision: bigint): Promise<void> {
    await this.listed;
    if (this.revision >= revision) return;
    await new Promise<void>((resolve) => this.waiting.push({ revision, resolve }));
  }

  /** Whether what is stored was read. */
  get isReady(): boolean {
    return this.filled;
  }

  /** Resolves then. */
  ready(): Promise<void> {
    return this.listed;
  }

  /**
   * Delivers every event after the revision, those that have happened at once. Throws Expired when they are no longer
   * known, and as `list` does, since there are no events of what cannot be read.
   */
  watch(afterRevision: bigint, watcher: CacheWatcher<T>): () => void {
    this.contents.requireReadable(this.options.prefix);
    return this.watchReadable(afterRevision, watcher);
  }

  /** The same for all that can be read; what can be read later is then added. */
  watchReadable(afterRevision: bigint, watcher: CacheWatcher<T>): () => void {
    const { start } = this.log;
    if (afterRevision < start) throw tooOld(`too old resource version: ${afterRevision} (${start})`);
    for (const event of this.log.after(afterRevision)) watcher.event(event);
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private async follow(signal: AbortSignal, listed: () => void): Promise<void> {
    const { store, prefix, clock, logger } = this.options;
    let known = false;
    while (!signal.aborted) {
      try {
        if (!known) {
          await this.fill(signal);
          known = true;
          listed();
        }
        for await (const batch of store.watch(prefix, this.revision, signal)) this.apply(batch);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof CompactedError) known = false;
        logger.warn('the watch cache lost its store', { resource: prefix, error });
        await clock.sleep(retryMilliseconds, signal).catch(() => undefined);
      }
    }
  }

  /** Reads everything anew. Whoever watches has to list again. */
  private async fill(signal: AbortSignal): Promise<void> {
    const { store, prefix } = this.options;
    const { entries, revision } = await store.list({ prefix }, signal);
    this.contents.replace(entries);
    this.filled = true;
    this.beginAnew(revision);
    this.advance(revision);
  }

  private beginAnew(revision: bigint): void {
    this.log.reset(revision);
    for (const watcher of this.watchers) watcher.lost();
    this.watchers.clear();
  }

  private tellOf(current: CachedObject<T>): void {
    const { revision } = current;
    for (const watcher of this.watchers) watcher.event({ type: 'ADDED', current, previous: undefined, revision });
  }

  private apply(batch: WatchBatch): void {
    for (const event of batch.events) {
      const cached = this.contents.apply(event);
      if (!cached) continue;
      if (cached === 'unreadable') {
        this.beginAnew(batch.revision);
        continue;
      }
      for (const watcher of this.watchers) watcher.event(cached);
      this.log.push(cached);
    }
    this.advance(batch.revision);
  }

  /** A version that this server has just written, decoded once for the writer and for everybody else. */
  shareWritten(key: string, value: Uint8Array, revision: bigint): CachedObject<T> {
    return this.contents.share(key, value, revision, revision > this.revision);
  }

  private advance(revision: bigint): void {
    if (revision > this.revision) this.revision = revision;
    for (const watcher of this.watchers) watcher.progress(this.revision);
    if (this.waiting.length === 0) return;
    const reached = this.waiting.filter((waiter) => waiter.revision <= this.revision);
    this.waiting = this.waiting.filter((waiter) => waiter.revision > this.revision);
    for (const waiter of reached) waiter.resolve();
  }
}
