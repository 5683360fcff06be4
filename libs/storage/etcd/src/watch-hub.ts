import { CompactedError, eventKey, EventWindow, followWindow, type StoreEvent, type WatchBatch } from '@skiff/storage';
import { type Clock, pause } from '@skiff/platform';
import type { Connection } from './connection';
import type { KeySpace } from './keys';
import { watchStream, type RawBatch } from './watch-stream';

const progressDelay = 50;
const reconnectDelay = 100;

export interface WatchHubOptions {
  readonly connection: Connection;
  readonly keys: KeySpace;
  readonly clock: Clock;
  /** How many events are remembered for watchers that begin in the past. */
  readonly capacity: number;
  currentRevision(): Promise<bigint>;
  /** Is told that the watch broke; it begins again by itself. */
  interrupted(error: unknown): void;
}

/**
 * One etcd watch for all watchers of a store. It sees every write of the store in
 * order, so one event tells all watchers how far they have come. (etcd's own answer to a
 * progress request may overtake events before 3.4.25, so it is not asked.)
 */
export class WatchHub {
  private window: Promise<EventWindow> | undefined;
  private reached: EventWindow | undefined;
  private pushing: Promise<void> | undefined;
  private readonly stop = new AbortController();

  constructor(private readonly options: WatchHubOptions) {}

  async *watch(prefix: string, after: bigint, signal: AbortSignal): AsyncGenerator<WatchBatch> {
    if (signal.aborted) return;
    const window = await this.open(after);
    const backfill = (under: string, from: bigint, until: AbortSignal): AsyncIterable<WatchBatch> =>
      this.backfill(window, under, from, until);
    yield* followWindow(window, prefix, after, signal, backfill);
  }

  /** Sees to it that open watches reach `revision`, also when it was made by a write outside of the store. */
  async advance(revision: bigint): Promise<void> {
    if (this.reached === undefined) return;
    this.reached.advance(revision);
    if (this.reached.revision >= revision) return;
    await this.options.clock.sleep(progressDelay);
    if (this.reached.revision >= revision || this.stop.signal.aborted) return;
    this.pushing ??= this.writeProgress().finally(() => {
      this.pushing = undefined;
    });
    await this.pushing;
  }

  close(): void {
    this.stop.abort();
    this.reached?.end();
  }

  private open(after: bigint): Promise<EventWindow> {
    this.window ??= this.start(after).catch((error: unknown) => {
      this.window = undefined;
      throw error;
    });
    return this.window;
  }

  /** The window begins where its first watcher does, if that is not long ago: others, of a server that starts, are near. */
  private async start(after: bigint): Promise<EventWindow> {
    const current = await this.options.currentRevision();
    const { capacity } = this.options;
    const isRecent = after <= current && current - after <= BigInt(capacity);
    const window = new EventWindow(isRecent ? after : current, capacity);
    this.reached = window;
    if (this.stop.signal.aborted) window.end();
    else void this.run(window);
    return window;
  }

  /** Feeds the window, across reconnects, each time from the last revision that is wholly in it. */
  private async run(window: EventWindow): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      try {
        for await (const batch of this.stream(window.revision, signal)) {
          window.push(this.toEvents(batch), batch.revision);
        }
      } catch (error) {
        if (error instanceof CompactedError) {
          this.window = undefined;
          window.end(error);
          return;
        }
        this.options.interrupted(error);
        await this.pause(signal);
      }
    }
    window.end();
  }

  /** Events that the window no longer has, from a watch of its own, until they reach into the window. */
  private async *backfill(
    window: EventWindow,
    prefix: string,
    after: bigint,
    signal: AbortSignal,
  ): AsyncGenerator<WatchBatch> {
    const until = AbortSignal.any([signal, this.stop.signal]);
    try {
      if (window.oldest === undefined) await this.writeProgress();
      for await (const batch of this.stream(after, until)) {
        const events = this.toEvents(batch).filter((event) => eventKey(event).startsWith(prefix));
        yield { events, revision: batch.revision };
        if (window.covers(batch.revision)) return;
      }
    } catch (error) {
      if (error instanceof CompactedError) throw error;
      // Whoever follows the window comes again, from where this got.
      this.options.interrupted(error);
      await this.pause(until);
    }
  }

  private stream(after: bigint, signal: AbortSignal): AsyncGenerator<RawBatch> {
    return watchStream(this.options.connection.etcd.watchClient, this.options.keys.all, after + 1n, signal);
  }

  private toEvents(batch: RawBatch): StoreEvent[] {
    return batch.events.map((event) => this.options.keys.event(event)).filter((event) => event !== undefined);
  }

  /** Waits before the next attempt; no longer than until the signal aborts. */
  private async pause(signal: AbortSignal): Promise<void> {
    await pause(this.options.clock, reconnectDelay, signal);
  }

  private async writeProgress(): Promise<void> {
    const { connection, keys } = this.options;
    await connection.read(() => connection.etcd.kv.put({ key: keys.progress, value: Buffer.alloc(0) }));
  }
}
