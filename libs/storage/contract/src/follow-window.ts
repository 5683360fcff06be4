import { setMaxListeners } from 'node:events';
import type { EventWindow, Follower } from './event-window';
import type { WatchBatch } from './store';

/** Reads events after a revision that the window no longer has, until it has them; throws CompactedError. */
export type Backfill = (prefix: string, after: bigint, signal: AbortSignal) => AsyncIterable<WatchBatch>;

const eventsPerBatch = 1000;

/** The watch of a store: from the window, and from `backfill` whenever it has fallen behind. */
export async function* followWindow(
  window: EventWindow,
  prefix: string,
  after: bigint,
  signal: AbortSignal,
  backfill: Backfill,
): AsyncGenerator<WatchBatch> {
  const follower: Follower = { prefix, isLeaving: signal.aborted, goOn: () => undefined };
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
      const batch = window.read(prefix, cursor, eventsPerBatch);
      if (batch.revision > cursor) {
        cursor = batch.revision;
        yield batch;
      } else {
        const quiet = await window.waitBeyond(cursor, follower);
        if (quiet > cursor && quiet === window.revision) yield { events: [], revision: quiet };
        cursor = quiet;
      }
    }
    if (!signal.aborted) window.check();
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
