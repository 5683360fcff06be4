import type { WatchItem, WatchSink } from '@skiff/api-server';
import { cloneJson, type ApiObject } from '@skiff/apimachinery';
import type { WatchEvent } from '@skiff/client';
import { WatchQueue } from './watch-queue';

/** Opens a watch whose events go into the sink; resolves when it has ended. */
type Open = (sink: WatchSink, ended: AbortSignal) => Promise<unknown>;

/** The events of a watch, until the server or the signal ends it, or nobody takes them any more. */
export async function* watchEvents<T extends ApiObject>(
  signal: AbortSignal | undefined,
  open: Open,
): AsyncIterable<WatchEvent<T>> {
  if (signal?.aborted) return;
  const stop = new AbortController();
  const queue = new WatchQueue();
  const end = (): void => {
    queue.end();
    stop.abort(new Error('the watch is over'));
  };
  signal?.addEventListener('abort', end, { once: true });
  const watching = open(queue, stop.signal).then(
    () => queue.end(),
    (error: unknown) => (stop.signal.aborted ? queue.end() : queue.fail(error)),
  );
  try {
    for await (const item of queue.take()) {
      if (signal?.aborted) return;
      yield toEvent(item);
    }
  } finally {
    signal?.removeEventListener('abort', end);
    end();
    await watching;
  }
}

function toEvent<T extends ApiObject>(item: WatchItem): WatchEvent<T> {
  if (item.type === 'ERROR') throw item.error;
  if (item.type === 'BOOKMARK') return { type: 'BOOKMARK', resourceVersion: String(item.revision) };
  const { type, object: cached } = item;
  // The server watches the resource that it was asked for; its objects are shared by all who follow them.
  const object = cloneJson(cached.object) as T;
  return { type, object, resourceVersion: String(cached.revision), ...(cached.trace ? { trace: cached.trace } : {}) };
}
