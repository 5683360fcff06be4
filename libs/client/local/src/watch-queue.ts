import { StatusError } from '@skiff/apimachinery';
import type { WatchItem, WatchSink } from '@skiff/api-server';

/** What is counted for an event that waits: it refers to an object that the server has anyway. */
const itemBytes = 1024;

/** The events of a watch that wait to be taken. */
export class WatchQueue implements WatchSink {
  private waiting: WatchItem[] = [];
  private ended = false;
  private failure: unknown;
  private wake = (): void => undefined;
  private readonly emptied = new Set<() => void>();

  open(): void {
    // Whoever waits for the first event waits on.
  }

  send(item: WatchItem): void {
    this.waiting.push(item);
    this.wake();
  }

  backlog(): number {
    return this.waiting.length * itemBytes;
  }

  drained(): Promise<void> {
    if (this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.emptied.add(resolve));
  }

  end(): void {
    this.ended = true;
    this.wake();
  }

  abort(): void {
    this.waiting = [];
    this.fail(new StatusError(429, 'TooManyRequests', 'the events of the watch were not taken'));
  }

  /** Ends it with an error, after what waits. */
  fail(error: unknown): void {
    this.failure ??= error;
    this.end();
  }

  /** The events, each once, until the watch has ended. Throws what it failed with. */
  async *take(): AsyncGenerator<WatchItem> {
    for (;;) {
      const items = this.waiting;
      this.waiting = [];
      yield* items;
      if (this.waiting.length > 0) continue;
      this.tellEmptied();
      if (this.failure !== undefined) throw this.failure;
      if (this.ended) return;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private tellEmptied(): void {
    for (const tell of this.emptied) tell();
    this.emptied.clear();
  }
}
