import { Readable } from 'node:stream';
import { CompactedError } from '@skiff/storage';
import type { IEvent, IWatchResponse, WatchClient } from 'etcd3';

/** Events of whole revisions, and the revision up to which they are complete. */
export interface RawBatch {
  readonly events: readonly IEvent[];
  readonly revision: bigint;
}

/**
 * One etcd watch over one connection, until it breaks or the signal aborts.
 * Throws CompactedError when `start` has been compacted.
 *
 * The revision in the header of a response with events is that of the store when it was
 * sent, which may be ahead of events that are still to come; only the events' own count.
 */
export async function* watchStream(
  client: WatchClient,
  range: { key: Buffer; range_end: Buffer },
  start: bigint,
  signal: AbortSignal,
): AsyncGenerator<RawBatch> {
  const stream = await client.watch();
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    if (signal.aborted) return;
    if (!(stream instanceof Readable)) throw new TypeError('the watch is not a stream');
    stream.write({ create_request: { ...range, start_revision: String(start), prev_kv: true, progress_notify: true } });
    for await (const message of stream) {
      if (signal.aborted) return;
      const batch = toBatch(message as IWatchResponse);
      if (batch !== undefined) yield batch;
    }
    if (!signal.aborted) throw new Error('etcd ended the watch');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    stream.cancel();
  }
}

function toBatch(response: IWatchResponse): RawBatch | undefined {
  if (BigInt(response.compact_revision) > 0n) throw new CompactedError(BigInt(response.compact_revision));
  if (response.canceled) throw new Error('etcd cancelled the watch');
  if (response.created) return undefined;
  const last = response.events.at(-1);
  const revision = BigInt(last === undefined ? response.header.revision : last.kv.mod_revision);
  return { events: response.events, revision };
}
