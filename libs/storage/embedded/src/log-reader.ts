import type { StoreEvent, WatchBatch } from '@skiff/storage';
import { toEntry } from './committer';
import { versionAt, type History } from './history';
import type { Snapshot, Tables } from './tables';

const eventsPerRead = 500;
/** After so many bytes of values a read of the log ends, too. */
const bytesPerRead = 4 << 20;

/** Events from the log, up to the newest revision. */
export async function* readBack(
  { history, tables }: { readonly history: History; readonly tables: Tables },
  prefix: string,
  after: bigint,
): AsyncGenerator<WatchBatch> {
  for (let cursor = after; ;) {
    history.check(cursor);
    const batch = tables.read((snapshot) => readLog(snapshot, prefix, cursor));
    if (batch.revision === cursor) return;
    cursor = batch.revision;
    yield batch;
  }
}

function readLog(snapshot: Snapshot, prefix: string, after: bigint): WatchBatch {
  const events: StoreEvent[] = [];
  let reached = after;
  let bytes = 0;
  for (const { revision, record } of snapshot.logRange(after, eventsPerRead)) {
    if (bytes > bytesPerRead) break;
    reached = revision;
    bytes += record.value.length;
    if (!record.key.startsWith(prefix)) continue;
    const { key, createRevision, value } = record;
    const version = record.previous === 0n ? undefined : versionAt(snapshot, record.previous);
    const previous = version === undefined ? undefined : toEntry(key, version);
    if (record.type === 'put') {
      const entry = { key, value, revision, createRevision };
      events.push({ type: 'put', entry, ...(previous === undefined ? {} : { previous }) });
    } else if (previous !== undefined) {
      events.push({ type: 'delete', key, revision, previous });
    } else {
      throw new Error(`the log has lost the version before revision ${revision}`);
    }
  }
  return { events, revision: reached };
}
