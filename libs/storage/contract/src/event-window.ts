import { setMaxListeners } from 'node:events';
import { eventKey, eventRevision } from './events';
import type { StoreEvent, WatchBatch } from './store';

/**
 * The newest events of a store in memory, in order, shared by all its watchers.
 * Watchers pull from it at their own pace, so a slow one holds up nobody and costs
 * no memory; one that fell behind the window reads the store's log instead.
 */
export class EventWindow {
  private events: StoreEvent[] = [];
  private waiting = new Set<Follower>();
  private failure: unknown;
  private ended = false;

  private reached: bigint;
  private bytes = 0;

  /**
   * @param floor all events after this revision are in the window.
   * @param capacity how many events it keeps: as many at least while they are small, and twice as many at most.
   * @param capacityBytes how many bytes of values it keeps, beside the newest batch.
   */
  constructor(
    private floor: bigint,
    private readonly capacity: number,
    private readonly capacityBytes = windowBytes,
  ) {
    this.reached = floor;
  }

  /** The newest revision that is wholly in the window. */
  get revision(): bigint {
    return this.reached;
  }

  /** The revision after which every event is here. */
  get start(): bigint {
    return this.floor;
  }

  /** How many events are here. */
  get length(): number {
    return this.events.length;
  }

  /** Whether every event after `revision` is still here. */
  covers(revision: bigint): boolean {
    return revision >= this.floor;
  }

  /** Adds all events after the newest revision up to `revision`, in order. */
  push(events: readonly StoreEvent[], revision: bigint): void {
    // Before, and not after: those who follow are still to read what comes now.
    if (this.bytes > this.capacityBytes || this.events.length > 2 * this.capacity) this.trim();
    for (const event of events) {
      this.events.push(event);
      this.bytes += eventBytes(event);
    }
    if (revision > this.reached) this.reached = revision;
    this.wake();
  }

  /** Drops all events up to `revision`. */
  forget(revision: bigint): void {
    if (revision <= this.floor) return;
    this.floor = revision;
    this.events = this.events.slice(this.indexAfter(revision));
    this.bytes = this.events.reduce((sum, event) => sum + eventBytes(event), 0);
  }

  /** Events under the prefix after `after`, from whole revisions, about `limit` at most. */
  read(prefix: string, after: bigint, limit: number): WatchBatch {
    const found: StoreEvent[] = [];
    for (let index = this.indexAfter(after); index < this.events.length; index++) {
      const event = this.events[index];
      if (event === undefined) break;
      const previous = found.at(-1);
      if (previous !== undefined && found.length >= limit && eventRevision(event) !== eventRevision(previous)) {
        return { events: found, revision: eventRevision(previous) };
      }
      if (eventKey(event).startsWith(prefix)) found.push(event);
    }
    return { events: found, revision: this.reached > after ? this.reached : after };
  }

  /** Resolves when a revision above `after` is here, the window ends or the follower is told to go on. */
  async waitBeyond(after: bigint, follower: Follower): Promise<void> {
    while (!follower.isLeaving && !this.isEnded && this.reached <= after)
      await new Promise<void>((resolve) => {
        follower.goOn = resolve;
        this.waiting.add(follower);
      });
  }

  /** Lets a follower end that may be waiting. */
  release(follower: Follower): void {
    follower.isLeaving = true;
    if (this.waiting.delete(follower)) follower.goOn();
  }

  /** Throws the error that the window ended with, if it did. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** The oldest revision here that has an event. */
  get oldest(): bigint | undefined {
    const event = this.events[0];
    return event === undefined ? undefined : eventRevision(event);
  }

  get isEnded(): boolean {
    return this.ended;
  }

  /** Ends all who follow the window; with an error they throw it. */
  end(error?: unknown): void {
    this.ended = true;
    this.failure = error;
    this.wake();
  }

  private wake(): void {
    const woken = this.waiting;
    if (woken.size === 0) return;
    this.waiting = new Set();
    for (const follower of woken) follower.goOn();
  }

  private indexAfter(revision: bigint): number {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const event = this.events[middle];
      if (event !== undefined && eventRevision(event) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Drops whole revisions until at most `capacity` events remain, and half of `capacityBytes`. */
  private trim(): void {
    let drop = Math.max(0, this.events.length - this.capacity);
    let bytes = this.bytes;
    for (const event of this.events.slice(0, drop)) bytes -= eventBytes(event);
    for (; bytes > this.capacityBytes / 2; drop += 1) bytes -= eventBytes(this.events[drop] as StoreEvent);
    const last = this.events[drop - 1];
    if (last === undefined) return;
    this.forget(eventRevision(last));
  }
}

const windowBytes = 2 << 20;

/** Who follows a window. */
export interface Follower {
  isLeaving: boolean;
  /** Ends its waiting. */
  goOn(): void;
}

/** What an event keeps in memory: its values and about so much for the rest. */
export function eventBytes(event: StoreEvent): number {
  const value = event.type === 'put' ? event.entry.value.length : 0;
  return 256 + value + (event.previous?.value.length ?? 0);
}

/** Reads events after a revision that the window no longer has, until it has them; throws CompactedError. */
export type Backfill = (prefix: string, after: bigint, signal: AbortSignal) => AsyncIterable<WatchBatch>;

const EVENTS_PER_BATCH = 1000;

/** The watch of a store: from the window, and from `backfill` whenever it has fallen behind. */
export async function* followWindow(
  window: EventWindow,
  prefix: string,
  after: bigint,
  signal: AbortSignal,
  backfill: Backfill,
): AsyncGenerator<WatchBatch> {
  const follower: Follower = { isLeaving: signal.aborted, goOn: () => undefined };
  // One for as long as it follows, and not for each wait: there is a wait for each write.
  const leave = (): void => window.release(follower);
  // All watches of a service may share one signal: that is no leak of listeners.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', leave);
  try {
    let cursor = after;
    while (!signal.aborted && !window.isEnded) {
      if (!window.covers(cursor)) {
        for await (const batch of backfill(prefix, cursor, signal)) {
          if (signal.aborted) return;
          cursor = batch.revision;
          yield batch;
        }
        continue;
      }
      const batch = window.read(prefix, cursor, EVENTS_PER_BATCH);
      if (batch.revision > cursor) {
        cursor = batch.revision;
        yield batch;
      } else {
        await window.waitBeyond(cursor, follower);
      }
    }
    if (!signal.aborted) window.check();
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
