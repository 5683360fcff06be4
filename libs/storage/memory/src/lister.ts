import {
  CompactedError,
  compareKeys,
  eventKey,
  PastVersions,
  type Entry,
  type ListRequest,
  type ListResponse,
} from '@skiff/storage';
import type { MemoryData } from './memory-data';

/** The state under a prefix, newest or past. Throws CompactedError. */
export function list(data: MemoryData, request: ListRequest): ListResponse {
  const { prefix, after, limit = Infinity, revision = data.revision } = request;
  if (revision > data.revision) throw new RangeError(`required revision ${revision} is a future revision`);
  if (!data.history.covers(revision)) throw new CompactedError(data.history.start);
  const past = revision === data.revision ? undefined : pastVersions(data, request, revision);
  const now = current(data, prefix, after);
  const entries: Entry[] = [];
  for (const entry of past === undefined ? now : past.merge(now)) {
    if (entries.length === limit) break;
    entries.push(entry);
  }
  const last = entries.at(-1);
  if (entries.length < limit || last === undefined) return { entries, revision, more: false, remaining: 0 };
  const remaining = data.state.count(prefix, last.key) + (past === undefined ? 0 : past.surplus(last.key));
  return { entries, revision, more: remaining > 0, remaining };
}

function* current(data: MemoryData, prefix: string, after: string | undefined): Generator<Entry> {
  for (const { entry } of data.state.range(prefix, after)) yield entry;
}

function pastVersions(data: MemoryData, { prefix, after }: ListRequest, revision: bigint): PastVersions {
  const then = new Map<string, Entry | undefined>();
  for (const event of data.history.read(prefix, revision, Infinity).events) {
    const key = eventKey(event);
    if (then.has(key) || (after !== undefined && compareKeys(key, after) <= 0)) continue;
    then.set(key, event.previous);
  }
  return new PastVersions(then, (key) => data.state.get(key) !== undefined);
}
