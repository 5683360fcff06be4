import { prefixEnd, type Entry, type ListRequest, type ListResponse } from '@skiff/storage';
import { toEntry } from './committer';
import { versionAt, type History } from './history';
import type { Snapshot } from './tables';

/** The state under a prefix, newest or past. Throws CompactedError. */
export function list(snapshot: Snapshot, history: History, request: ListRequest): ListResponse {
  const revision = request.revision ?? snapshot.revision;
  if (revision > snapshot.revision) throw new RangeError(`required revision ${revision} is a future revision`);
  history.check(revision);
  const past = revision === snapshot.revision ? undefined : pastVersions(snapshot, history, request, revision);
  const limit = request.limit ?? Infinity;
  const end = prefixEnd(Buffer.from(request.prefix));
  let start = rangeStart(request);
  const entries: Entry[] = [];
  const merged = past === undefined ? current(snapshot, start, end) : merge(current(snapshot, start, end), past);
  for (const entry of merged) {
    if (entries.length === limit) break;
    entries.push(entry);
  }
  const last = entries.at(-1);
  if (entries.length < limit || last === undefined) return { entries, revision, more: false, remaining: 0 };
  start = after(last.key);
  const remaining = snapshot.stateCount(start, end) + (past === undefined ? 0 : past.surplus(last.key));
  return { entries, revision, more: remaining > 0, remaining };
}

/** The keys that differ between now and the revision that is read. */
interface PastVersions {
  /** Those that exist now: not to be taken from the current state. */
  readonly hidden: ReadonlySet<string>;
  /** The versions that stood there then, in byte order. */
  readonly shown: readonly Entry[];
  /** How many keys more than now there were after `key`. */
  surplus(key: string): number;
}

function pastVersions(snapshot: Snapshot, history: History, request: ListRequest, revision: bigint): PastVersions {
  const hidden = new Set<string>();
  const shown: Entry[] = [];
  for (const [key, version] of history.changedSince(revision, request.prefix)) {
    if (request.after !== undefined && compareBytes(key, request.after) <= 0) continue;
    if (snapshot.state(key) !== undefined) hidden.add(key);
    const record = version === 0n ? undefined : versionAt(snapshot, version);
    if (record !== undefined) shown.push(toEntry(key, record));
  }
  shown.sort((a, b) => compareBytes(a.key, b.key));
  const countAfter = (keys: Iterable<string>, key: string): number =>
    [...keys].filter((other) => compareBytes(other, key) > 0).length;
  return {
    hidden,
    shown,
    surplus: (key) =>
      countAfter(
        shown.map((entry) => entry.key),
        key,
      ) - countAfter(hidden, key),
  };
}

function* current(snapshot: Snapshot, start: Buffer, end: Buffer | undefined): Generator<Entry> {
  for (const { key, record } of snapshot.stateRange(start, end)) yield toEntry(key, record);
}

function* merge(now: Iterable<Entry>, past: PastVersions): Generator<Entry> {
  let index = 0;
  for (const entry of now) {
    for (; ; index++) {
      const then = past.shown[index];
      if (then === undefined || compareBytes(then.key, entry.key) > 0) break;
      yield then;
    }
    if (!past.hidden.has(entry.key)) yield entry;
  }
  yield* past.shown.slice(index);
}

function rangeStart({ prefix, after: last }: ListRequest): Buffer {
  return last === undefined || compareBytes(last, prefix) < 0 ? Buffer.from(prefix) : after(last);
}

/** The first key in byte order after `key`. */
function after(key: string): Buffer {
  return Buffer.from(`${key}\0`);
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
