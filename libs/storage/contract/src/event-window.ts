import { eventBytes, eventKey, eventRevision } from './events';
import type { StoreEvent, WatchBatch } from './store';

/**
 * The newest events of a store in memory, in order, shared by all its watchers.
 * Watchers pull from it at their own pace, so a slow one holds up nobody and costs
 * no memory; one that fell behind the window reads the store's log instead. A watcher
 * that waits is woken by what is under its prefix, and else by `advance` alone: there
 * are a hundred of them, and most writes concern one.
 */
export class EventWindow {
  private events: StoreEvent[] = [];
  private waiting = new Set<Follower>();
  private failure: unknown;
  private ended = false;

  private reached: bigint;
  /** All who follow are to reach it, and have been told that it is here. */
  private wanted: bigint;
  private told: bigint;
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
    this.wanted = floor;
    this.told = floor;
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
    const before = this.reached;
    if (revision > before) this.reached = revision;
    this.wakeConcerned(events, before);
    this.tellWanted();
  }

  /** Has all who follow reach `revision`, as soon as it is here, though nothing is under their prefix. */
  advance(revision: bigint): void {
    if (revision > this.wanted) this.wanted = revision;
    this.tellWanted();
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

  /**
   * Resolves when there is something above `after` to tell a follower, the window ends or it is released: with the
   * revision up to which nothing is under its prefix.
   */
  async waitBeyond(after: bigint, follower: Follower): Promise<bigint> {
    let quiet = after;
    while (!follower.isLeaving && !this.isEnded && this.reached <= after)
      quiet = await new Promise<bigint>((resolve) => {
        follower.goOn = resolve;
        this.waiting.add(follower);
      });
    return quiet > after ? quiet : after;
  }

  /** Lets a follower end that may be waiting. */
  release(follower: Follower): void {
    follower.isLeaving = true;
    if (this.waiting.delete(follower)) follower.goOn(this.floor);
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
    this.wakeAll(this.floor);
  }

  /** Those who wait have seen all that is under their prefix `before` these events. */
  private wakeConcerned(events: readonly StoreEvent[], before: bigint): void {
    const keys = events.map(eventKey);
    for (const follower of this.waiting) {
      if (!keys.some((key) => key.startsWith(follower.prefix))) continue;
      this.waiting.delete(follower);
      follower.goOn(before);
    }
  }

  private tellWanted(): void {
    if (this.told >= this.wanted || this.reached < this.wanted) return;
    this.told = this.reached;
    this.wakeAll(this.reached);
  }

  private wakeAll(quiet: bigint): void {
    const woken = this.waiting;
    this.waiting = new Set();
    for (const follower of woken) follower.goOn(quiet);
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
  /** It follows the keys under it. */
  readonly prefix: string;
  isLeaving: boolean;
  /** Ends its waiting. */
  goOn(quiet: bigint): void;
}
