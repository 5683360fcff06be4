import type { StatusError } from '@skiff/apimachinery';
import { pause, type Clock, type Logger } from '@skiff/platform';
import { CompactedError, type Store, type WatchBatch } from '@skiff/storage';
import { CacheContents } from './cache-contents';
import { tooOld, type CacheWatcher } from './cache-watcher';
import type { CachedObject } from './cached-object';
import { EventLog } from './event-log';
import type { RecordCodec } from './record';
import { RevisionWaiters } from './revision-waiters';
import { Watchers } from './watchers';
import type { WindowBudget } from './window-budget';

export interface WatchCacheOptions {
  readonly store: Store;
  readonly records: RecordCodec;
  /** All keys of the resource begin with it. */
  readonly prefix: string;
  /** What the windows of all caches may keep together. */
  readonly budget: WindowBudget;
  readonly clock: Clock;
  readonly logger: Logger;
}

const retryMilliseconds = 200;

/** All objects of a resource as they are stored, followed by one watch of the store and shared by every reader. */
export class WatchCache {
  private readonly contents: CacheContents;
  private readonly log: EventLog;
  /** Below zero until what is stored was read. */
  private revision = -1n;
  private readonly watchers = new Watchers();
  private readonly waiters = new RevisionWaiters();
  private readonly following = new AbortController();
  private closed: StatusError | undefined;

  constructor(private readonly options: WatchCacheOptions) {
    this.contents = new CacheContents(options.records, options.logger, (object) => this.tellOf(object));
    this.log = new EventLog(0n, (cached) => this.contents.isNewest(cached), options.budget);
    void this.follow(this.following.signal);
  }

  /** The revision up to which everything is known. */
  get currentRevision(): bigint {
    return this.revision;
  }

  /** How many objects can be read. */
  get size(): number {
    return this.contents.size;
  }

  /** Throws a StatusError when what is stored there cannot be read. */
  get(key: string): CachedObject | undefined {
    this.requireOpen();
    return this.contents.get(key);
  }

  /** All objects whose key begins with this prefix, in byte order. Throws a StatusError when one of them cannot be read. */
  list(prefix: string): CachedObject[] {
    this.requireOpen();
    this.contents.requireReadable(prefix);
    return this.listReadable(prefix);
  }

  /** The same without those that cannot be read. */
  listReadable(prefix: string): CachedObject[] {
    return this.contents.listReadable(prefix === this.options.prefix ? '' : prefix);
  }

  /** Resolves when everything up to this revision is known here. */
  async reached(revision: bigint): Promise<void> {
    this.requireOpen();
    if (this.revision < revision) await this.waiters.wait(revision);
  }

  /** Whether what is stored was read. */
  get isReady(): boolean {
    return this.revision >= 0n;
  }

  /** Resolves then. */
  ready(): Promise<void> {
    return this.reached(0n);
  }

  /**
   * Delivers every event after the revision, those that have happened at once. Throws Expired when they are no longer
   * known, and as `list` does, since there are no events of what cannot be read.
   *
   * @param owner who can end it, with all others of its own.
   */
  watch(afterRevision: bigint, watcher: CacheWatcher, owner: object): () => void {
    this.contents.requireReadable(this.options.prefix);
    return this.watchReadable(afterRevision, watcher, owner);
  }

  /** The same for all that can be read; what can be read later is then added. */
  watchReadable(afterRevision: bigint, watcher: CacheWatcher, owner: object): () => void {
    this.requireOpen();
    const { start } = this.log;
    if (afterRevision < start) throw tooOld(`too old resource version: ${afterRevision} (${start})`);
    for (const event of this.log.after(afterRevision)) watcher.event(event);
    return this.watchers.add(watcher, owner);
  }

  /** Tells all watchers of an owner that there is no more. */
  endWatches(owner: object): void {
    this.watchers.end({ owner });
  }

  /** A version that this server has just written, decoded once for the writer and for everybody else. */
  shareWritten(key: string, value: Uint8Array, revision: bigint): CachedObject {
    return this.contents.share(key, value, revision, revision > this.revision);
  }

  /** Follows the store no longer; what is known can still be read. */
  stop(): void {
    this.following.abort();
  }

  /** Lets go of everything. Whoever watches is told that this is the end; who waits, or reads from now on, gets the error. */
  close(error: StatusError): void {
    this.closed = error;
    this.stop();
    this.contents.replace([]);
    this.log.reset(this.revision);
    this.options.budget.leave(this.log);
    this.watchers.end();
    this.waiters.fail(error);
  }

  private requireOpen(): void {
    if (this.closed) throw this.closed;
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { store, prefix, clock, logger } = this.options;
    let known = false;
    while (!signal.aborted) {
      try {
        if (!known) {
          await this.fill(signal);
          known = true;
        }
        for await (const batch of store.watch(prefix, this.revision, signal)) {
          if (signal.aborted) return;
          this.apply(batch);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof CompactedError) known = false;
        logger.warn('the watch cache lost its store', { resource: prefix, error });
        await pause(clock, retryMilliseconds, signal);
      }
    }
  }

  /** Reads everything anew. Whoever watches has to list again. */
  private async fill(signal: AbortSignal): Promise<void> {
    const { store, prefix } = this.options;
    const { entries, revision } = await store.list({ prefix }, signal);
    signal.throwIfAborted();
    this.contents.replace(entries);
    this.beginAnew(revision);
    this.advance(revision);
  }

  private beginAnew(revision: bigint): void {
    this.log.reset(revision);
    this.watchers.end({ error: tooOld() });
  }

  private tellOf(current: CachedObject): void {
    const { revision } = current;
    this.watchers.event({ type: 'ADDED', current, previous: undefined, revision });
  }

  private apply(batch: WatchBatch): void {
    for (const event of batch.events) {
      const cached = this.contents.apply(event);
      if (!cached) continue;
      if (cached === 'unreadable') {
        this.beginAnew(batch.revision);
        continue;
      }
      this.watchers.event(cached);
      this.log.push(cached);
    }
    this.advance(batch.revision);
  }

  private advance(revision: bigint): void {
    if (revision > this.revision) this.revision = revision;
    this.waiters.reached(this.revision);
  }
}
