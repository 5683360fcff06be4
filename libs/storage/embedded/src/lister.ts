import { compareKeys, PastVersions, prefixEnd, type Entry, type ListRequest, type ListResponse } from '@skiff/storage';
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
  const merged = past === undefined ? current(snapshot, start, end) : past.merge(current(snapshot, start, end));
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

function pastVersions(
  snapshot: Snapshot,
  history: History,
  { prefix, after: last }: ListRequest,
  revision: bigint,
): PastVersions {
  const then = [...history.changedSince(revision, prefix)]
    .filter(([key]) => last === undefined || compareKeys(key, last) > 0)
    .map(([key, version]): [string, Entry | undefined] => {
      const record = version === 0n ? undefined : versionAt(snapshot, version);
      return [key, record && toEntry(key, record)];
    });
  return new PastVersions(then, (key) => snapshot.state(key) !== undefined);
}

function* current(snapshot: Snapshot, start: Buffer, end: Buffer | undefined): Generator<Entry> {
  for (const { key, record } of snapshot.stateRange(start, end)) yield toEntry(key, record);
}

function rangeStart({ prefix, after: last }: ListRequest): Buffer {
  return last === undefined || compareKeys(last, prefix) < 0 ? Buffer.from(prefix) : after(last);
}

/** The first key in byte order after `key`. */
function after(key: string): Buffer {
  return Buffer.from(`${key}\0`);
}
