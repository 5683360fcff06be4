import { systemClock } from '@skiff/platform';
import { eventKey, eventRevision } from '../events';
import type { Entry, Store, StoreEvent, WatchBatch, WriteResult } from '../store';

/** A store under test. */
export interface StoreHarness {
  readonly store: Store;
  /** Ends every connection to the data, and opens it again: as after a crash of the client. */
  reopen(): Promise<Store>;
  /** Closes the store and deletes its data. */
  dispose(): Promise<void>;
}

/** A rule of the contract. */
export interface Check {
  readonly rule: string;
  run(harness: StoreHarness): Promise<void>;
}

export function bytes(value: string): Uint8Array {
  return Buffer.from(value);
}

export function text(value: Uint8Array): string {
  return Buffer.from(value).toString();
}

/** The revision of a write that has to succeed. */
export function written(result: WriteResult): bigint {
  if (!result.ok) throw new Error(`the write failed: key is at ${result.current?.revision ?? 'no revision'}`);
  return result.revision;
}

export async function put(store: Store, key: string, value: string, expected = 0n): Promise<bigint> {
  return written(await (expected === 0n ? store.create(key, bytes(value)) : store.update(key, bytes(value), expected)));
}

/** An entry with its value as text, as tests compare them. */
export function plain(entry: Entry | undefined): object | undefined {
  return entry === undefined ? undefined : { ...entry, value: text(entry.value) };
}

/** What an event says in one line: `put /a=1`, `put /a=2 (was 1)`, `delete /a (was 2)`. */
export function line(event: StoreEvent): string {
  const previous = event.previous === undefined ? '' : ` (was ${text(event.previous.value)})`;
  return event.type === 'put'
    ? `put ${event.entry.key}=${text(event.entry.value)}${previous}`
    : `delete ${event.key}${previous}`;
}

const patience = 10_000;

/** Reads a watch until `done` says so. Throws when revisions are not in order or take too long. */
export async function next(
  watch: AsyncIterator<WatchBatch>,
  done: (events: readonly StoreEvent[], revision: bigint) => boolean,
): Promise<StoreEvent[]> {
  const events: StoreEvent[] = [];
  const settled = new AbortController();
  const late = systemClock.sleep(patience, settled.signal).then(
    () => {
      throw new Error(`the watch went silent after ${events.length} events`);
    },
    () => ({ done: true, value: undefined }) as const,
  );
  try {
    for (let revision = -1n; ;) {
      const { value, done: ended } = await Promise.race([watch.next(), late]);
      if (ended === true) throw new Error(`the watch ended after ${events.length} events`);
      for (const event of value.events) {
        const last = events.at(-1);
        if (last !== undefined && eventRevision(event) < eventRevision(last)) throw new Error('events out of order');
        if (eventRevision(event) > value.revision) throw new Error('an event above the revision of its batch');
        if (eventRevision(event) <= revision) throw new Error(`an event of ${eventKey(event)} after its revision`);
        events.push(event);
      }
      if (value.revision < revision) throw new Error('the revision of a watch went back');
      revision = value.revision;
      if (done(events, revision)) return events;
    }
  } finally {
    settled.abort();
  }
}

/** All events under the prefix after one revision, up to another. */
export async function collect(store: Store, prefix: string, after: bigint, until: bigint): Promise<StoreEvent[]> {
  const stop = new AbortController();
  try {
    const watch = store.watch(prefix, after, stop.signal)[Symbol.asyncIterator]();
    return await next(watch, (_, revision) => revision >= until);
  } finally {
    stop.abort();
  }
}

/** The first thing that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it should have failed');
}
