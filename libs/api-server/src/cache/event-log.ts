import type { ApiObject } from '@skiff/apimachinery';
import type { CachedObject } from './cached-object';
import type { WindowBudget } from './window-budget';

export interface CacheEvent<T extends ApiObject = ApiObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** After the change; of a deletion, the last state with the deletion's revision. */
  readonly current: CachedObject<T>;
  readonly previous: CachedObject<T> | undefined;
  readonly revision: bigint;
}

export interface EventLogLimits {
  readonly events: number;
  readonly bytes: number;
  /** Of the newest events, objects and encodings are kept up to so many bytes of their messages; of others, the messages. */
  readonly recentBytes: number;
}

export const eventLogLimits: EventLogLimits = { events: 10_000, bytes: 8 << 20, recentBytes: 512 << 10 };

/** What an event takes beside the messages of its objects, about. */
const eventBytes = 512;

const bytesOf = ({ current, previous }: CacheEvent): number =>
  eventBytes + current.protobuf.length + (previous?.protobuf.length ?? 0);

/** The newest events of a resource, for watches that resume. It is bounded in events and in bytes. */
export class EventLog<T extends ApiObject = ApiObject> {
  /** Those that were dropped leave empty places until they are half of it. */
  private events: (CacheEvent<T> | undefined)[] = [];
  /** Where in `events` those begin that are still kept. */
  private first = 0;
  /** Where those begin whose objects and encodings are kept. */
  private recent = 0;
  private kept = 0;
  private recentBytes = 0;

  constructor(
    /** Every event after this revision is kept. */
    private floor: bigint,
    /** Whether this version is the one that the cache shows. */
    private readonly isNewest: (cached: CachedObject<T>) => boolean,
    private readonly budget: WindowBudget,
    private readonly limits = eventLogLimits,
  ) {}

  get start(): bigint {
    return this.floor;
  }

  get bytes(): number {
    return this.kept;
  }

  push(event: CacheEvent<T>): void {
    const bytes = bytesOf(event);
    this.events.push(event);
    this.kept += bytes;
    this.recentBytes += bytes;
    while (this.recentBytes > this.limits.recentBytes && this.recent < this.events.length) this.settle();
    const tooMany = this.events.length - this.first - this.limits.events;
    if (this.kept > this.limits.bytes || tooMany > 0) this.drop(Math.max(1, this.kept - this.limits.bytes));
    this.budget.note(this, bytes);
  }

  /** Every event after a revision, in order; the revision must not be below `start`. */
  *after(revision: bigint): Iterable<CacheEvent<T>> {
    const { events } = this;
    for (let index = indexAfter(events, this.first, revision); index < events.length; index += 1)
      yield events[index] as CacheEvent<T>;
  }

  drop(bytes: number): void {
    const until = this.kept - bytes;
    const before = this.kept;
    while (this.kept > until && this.first < this.events.length) this.dropOldest();
    if (this.first > 256 && this.first > this.events.length / 2) this.shift();
    this.budget.note(this, this.kept - before);
  }

  /** Forgets everything; what follows begins after this revision. */
  reset(revision: bigint): void {
    this.budget.note(this, -this.kept);
    this.events = [];
    this.first = this.recent = this.kept = this.recentBytes = 0;
    this.floor = revision;
  }

  private dropOldest(): void {
    if (this.recent === this.first) this.settle();
    const event = this.events[this.first] as CacheEvent<T>;
    this.floor = event.revision;
    this.kept -= bytesOf(event);
    this.events[this.first] = undefined;
    this.first += 1;
  }

  private shift(): void {
    this.events = this.events.slice(this.first);
    this.recent -= this.first;
    this.first = 0;
  }

  /** The oldest of the recent events is one no more. */
  private settle(): void {
    const event = this.events[this.recent] as CacheEvent<T>;
    this.recent += 1;
    this.recentBytes -= bytesOf(event);
    event.previous?.compact();
    if (this.isNewest(event.current)) event.current.dropEncodings();
    else event.current.compact();
  }
}

function indexAfter(events: readonly (CacheEvent | undefined)[], start: number, revision: bigint): number {
  let low = start;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle] as CacheEvent).revision <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
