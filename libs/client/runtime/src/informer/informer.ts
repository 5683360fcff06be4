import { randomInt } from 'node:crypto';
import { hasReason, type ApiObject } from '@skiff/apimachinery';
import { keyOf, type Client } from '@skiff/client';
import type { ResourceId, skiffapiv1 } from '@skiff/contracts';
import { type Clock, type Logger, pause } from '@skiff/platform';
import { pauseBeforeRetry } from '../retry';
import { startFollowing } from '../start-following';
import { ObjectIndex, type Indexers } from './object-index';

/** What happened to objects, with the trace context of the write behind it. */
export interface InformerHandler<T> {
  added?(object: T, trace?: skiffapiv1.TraceContext): void;
  updated?(old: T, object: T, trace?: skiffapiv1.TraceContext): void;
  deleted?(object: T, trace?: skiffapiv1.TraceContext): void;
}

export interface InformerOptions<T> {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly indexers?: Indexers<T>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number from 0 to 1; spreads the retries of many clients. Default: truly random. */
  readonly random?: () => number;
}

const firstRetryMilliseconds = 100;
const longestRetryMilliseconds = 10_000;
const pageSize = 2_000;
/** A server that ends watches sooner than this is not asked again at once. */
const shortWatchMilliseconds = 1_000;

/**
 * A copy of all objects of a kind that follows the API server: list, watch, resume
 * after a break, list again when the break was too long. Objects are shared with
 * everybody who reads them and must not be changed.
 */
export class Informer<T extends ApiObject> {
  private readonly index: ObjectIndex<T>;
  private readonly handlers = new Set<InformerHandler<T>>();
  private synced = false;
  private resourceVersion = '';

  constructor(
    private readonly client: Client,
    readonly resource: ResourceId<T>,
    private readonly options: InformerOptions<T>,
  ) {
    this.index = new ObjectIndex<T>(options.indexers ?? {});
  }

  /** Whether the first list has been delivered. */
  get hasSynced(): boolean {
    return this.synced;
  }

  /** The object under "namespace/name", or "name" for a cluster-scoped kind. */
  get(key: string): T | undefined {
    return this.index.get(key);
  }

  list(): T[] {
    return this.index.list();
  }

  /** The objects that an indexer filed under this value. */
  byIndex(name: string, value: string): T[] {
    return this.index.byIndex(name, value);
  }

  /** Calls the handler for what is known already and for all that happens from now on; returns how to stop that. */
  subscribe(handler: InformerHandler<T>): () => void {
    this.handlers.add(handler);
    for (const object of this.index.list()) handler.added?.(object);
    return () => this.handlers.delete(handler);
  }

  /**
   * Starts following, until the signal ends it. Resolves when the first list has been
   * delivered; rejects with the signal's reason when it ends before.
   */
  start(signal: AbortSignal): Promise<void> {
    return startFollowing((until, arrived) => this.follow(until, arrived), signal);
  }

  private async follow(signal: AbortSignal, listed: () => void): Promise<void> {
    let retry = firstRetryMilliseconds;
    while (!signal.aborted) {
      try {
        if (this.resourceVersion === '') {
          await this.relist(signal);
          listed();
        }
        const began = this.options.clock.monotonic();
        const events = await this.watch(signal, () => (retry = firstRetryMilliseconds));
        if (signal.aborted) return;
        const short = this.options.clock.monotonic() - began < shortWatchMilliseconds;
        if (events === 0 && short) await this.pause(shortWatchMilliseconds, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (hasReason(error, 'Expired') || hasReason(error, 'Gone')) this.resourceVersion = '';
        else this.options.logger.warn('following has been interrupted', { kind: this.resource.kind, error });
        await pauseBeforeRetry(this.client, error, this.spread(retry), { clock: this.options.clock, signal });
        retry = Math.min(retry * 2, longestRetryMilliseconds);
      }
    }
  }

  private async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    await pause(this.options.clock, this.spread(milliseconds), signal);
  }

  /** Up to half as much longer, so that many clients do not come at once. */
  private spread(milliseconds: number): number {
    return milliseconds * (1 + 0.5 * (this.options.random?.() ?? randomInt(1_000) / 1_000));
  }

  private selection(): { namespace?: string; labelSelector?: string; fieldSelector?: string } {
    const { namespace, labelSelector, fieldSelector } = this.options;
    return {
      ...(namespace ? { namespace } : {}),
      ...(labelSelector ? { labelSelector } : {}),
      ...(fieldSelector ? { fieldSelector } : {}),
    };
  }

  private async relist(signal: AbortSignal): Promise<void> {
    const found = new Map<string, T>();
    let next: string | undefined;
    let resourceVersion = '';
    do {
      const page = await this.client.list(this.resource, {
        ...this.selection(),
        limit: pageSize,
        ...(next ? { continue: next } : {}),
        signal,
      });
      for (const item of page.items) found.set(keyOf(item), item);
      next = page.metadata.continue;
      resourceVersion = page.metadata.resourceVersion ?? '';
    } while (next);
    for (const [key, object] of this.index.entries()) if (!found.has(key)) this.remove(object);
    for (const object of found.values()) this.put(object);
    this.resourceVersion = resourceVersion;
    this.synced = true;
  }

  /** Follows until the server ends the watch; returns how many events there were. */
  private async watch(signal: AbortSignal, alive: () => void): Promise<number> {
    let events = 0;
    const options = { ...this.selection(), resourceVersion: this.resourceVersion, allowWatchBookmarks: true, signal };
    for await (const event of this.client.watch(this.resource, options)) {
      alive();
      events += 1;
      if (event.type === 'DELETED') this.remove(event.object, event.trace);
      else if (event.type !== 'BOOKMARK') this.put(event.object, event.trace);
      this.resourceVersion = event.resourceVersion;
    }
    return events;
  }

  private put(object: T, trace?: skiffapiv1.TraceContext): void {
    const old = this.index.set(keyOf(object), object);
    if (old === undefined) for (const handler of this.handlers) handler.added?.(object, trace);
    else if (old.metadata?.resourceVersion !== object.metadata?.resourceVersion) {
      // The same name can stand for another object when a deletion was missed.
      if (old.metadata?.uid !== object.metadata?.uid) {
        for (const handler of this.handlers) handler.deleted?.(old);
        for (const handler of this.handlers) handler.added?.(object, trace);
      } else for (const handler of this.handlers) handler.updated?.(old, object, trace);
    }
  }

  private remove(object: T, trace?: skiffapiv1.TraceContext): void {
    if (this.index.delete(keyOf(object)) !== undefined)
      for (const handler of this.handlers) handler.deleted?.(object, trace);
  }
}
