import { StatusError } from '@skiff/apimachinery';
import type { Clock, CounterSeries } from '@skiff/platform';
import type { CachedObject } from '../cache/cached-object';
import type { CacheEvent } from '../cache/event-log';
import type { CacheWatch, VersionCache } from '../registry/version-cache';
import type { Backlogs } from './backlogs';
import type { ListOptions } from './list-options';
import { watchItemOf } from './watch-item';
import type { WatchItem, WatchSink } from './watch-sink';

/** What every watch of a server needs. */
export interface WatchParts {
  readonly backlogs: Backlogs;
  readonly clock: Clock;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** Counts the events that are sent. */
  readonly sent?: CounterSeries | undefined;
}

export interface ObjectWatchOptions {
  readonly cache: VersionCache;
  readonly scope: WatchScope;
  readonly options: ListOptions;
  readonly sink: WatchSink;
  readonly parts: WatchParts;
  /** Is called when the present state has been sent, or need not be. */
  readonly initialized?: (() => void) | undefined;
}

/** With what a watch begins. */
export interface WatchBeginning {
  /** The revision after which changes are sent; undefined for what is there now. */
  readonly after: bigint | undefined;
  /** Whether the present state is sent first. */
  readonly sendsPresent: boolean;
}

/** What a watch is about. */
export interface WatchScope {
  /** All keys begin with it. */
  readonly prefix: string;
  /** The one key, when it is about one object. */
  readonly key: string | undefined;
  /** Whether the watch's selectors select this object. */
  selects(cached: CachedObject): boolean;
}

const bookmarkMilliseconds = 30_000;
const shortestTimeoutSeconds = 1_800;
/** No timer runs longer. */
const longestTimeoutMilliseconds = 2 ** 31 - 1;
/** Of the present state no more than this is sent ahead of what the peer has taken. */
const initialBacklogBytes = 1 << 20;
/** A peer that takes nothing of the present state for so long is cut off. */
const stalledMilliseconds = 30_000;

/** One watch while it is open. */
export class ObjectWatch {
  private ended = false;
  private delivered = 0n;
  private watching: CacheWatch | undefined;
  private readonly cancels: (() => void)[] = [];
  private resolveEnd = (): void => undefined;
  private readonly end = new Promise<void>((resolve) => (this.resolveEnd = resolve));

  private readonly cache: VersionCache;
  private readonly scope: WatchScope;
  private readonly options: ListOptions;
  private readonly sink: WatchSink;
  private readonly parts: WatchParts;
  private readonly initialized: (() => void) | undefined;

  constructor({ cache, scope, options, sink, parts, initialized }: ObjectWatchOptions) {
    this.cache = cache;
    this.scope = scope;
    this.options = options;
    this.sink = sink;
    this.parts = parts;
    this.initialized = initialized;
  }

  /** Resolves when the watch has ended. */
  run({ after, sendsPresent }: WatchBeginning, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.parts;
    const finish = (): void => this.finish();
    signal.addEventListener('abort', finish, { once: true });
    this.cancels.push(() => signal.removeEventListener('abort', finish));
    const seconds = this.options.timeoutSeconds || shortestTimeoutSeconds * (1 + random());
    const timeout = clock.after(Math.min(seconds * 1000, longestTimeoutMilliseconds), finish);
    this.cancels.push(() => timeout.cancel());
    this.follow(after, sendsPresent).catch((error: unknown) => this.fail(StatusError.from(error)));
    return this.end;
  }

  /** See `Backlogs`. */
  backlog(): number {
    return this.sink.backlog();
  }

  cutOff(): void {
    if (this.ended) return;
    this.close();
    this.sink.abort();
    this.resolveEnd();
  }

  private async follow(from: bigint | undefined, sendsPresent: boolean): Promise<void> {
    const after = from ?? this.cache.currentRevision;
    if (sendsPresent) {
      const present = this.cache.list(this.scope.prefix);
      await this.sendPresent(present instanceof Promise ? await present : present, after);
    }
    this.initialized?.();
    if (this.ended) return;
    this.delivered = after;
    if (this.options.allowWatchBookmarks) this.scheduleBookmark();
    this.watching = this.cache.watch(after, {
      event: (event) => this.deliver(event),
      end: (error) => (error ? this.fail(error) : this.finish()),
    });
    // What it began with may have been too much.
    if (this.ended) this.watching.close();
  }

  /** As quick as the peer takes it; changes in the meantime wait in the cache's window. */
  private async sendPresent(present: readonly CachedObject[], revision: bigint): Promise<void> {
    for (const cached of present) {
      if (!this.isInScope(cached) || !this.scope.selects(cached)) continue;
      this.send({ type: 'ADDED', object: cached });
      if (this.sink.backlog() > initialBacklogBytes) await this.drained();
      if (this.ended) return;
    }
    if (this.options.allowWatchBookmarks) this.send({ type: 'BOOKMARK', revision, initialEventsEnd: true });
  }

  private async drained(): Promise<void> {
    const stalled = this.parts.clock.after(stalledMilliseconds, () => this.cutOff());
    await Promise.race([this.sink.drained(), this.end]);
    stalled.cancel();
  }

  private deliver(event: CacheEvent): void {
    if (this.ended || !this.isInScope(event.current)) return;
    const item = watchItemOf(event, (cached) => cached !== undefined && this.scope.selects(cached));
    if (!item) return;
    this.send(item);
    this.delivered = event.revision;
    this.parts.backlogs.note(this);
  }

  private send(item: WatchItem): void {
    this.parts.sent?.inc();
    this.sink.send(item);
  }

  private isInScope(cached: CachedObject): boolean {
    const { key, prefix } = this.scope;
    return key === undefined ? cached.key.startsWith(prefix) : cached.key === key;
  }

  private scheduleBookmark(): void {
    const bookmark = this.parts.clock.after(bookmarkMilliseconds, () => {
      const revision = this.watching?.revision ?? this.delivered;
      if (revision > this.delivered) this.send({ type: 'BOOKMARK', revision, initialEventsEnd: false });
      this.cancels.pop();
      this.scheduleBookmark();
    });
    this.cancels.push(() => bookmark.cancel());
  }

  private fail(error: StatusError): void {
    if (this.ended) return;
    this.send({ type: 'ERROR', error });
    this.finish();
  }

  private finish(): void {
    if (this.ended) return;
    this.close();
    this.sink.end();
    this.resolveEnd();
  }

  private close(): void {
    this.ended = true;
    this.watching?.close();
    for (const cancel of this.cancels) cancel();
    this.parts.backlogs.leave(this);
  }
}
