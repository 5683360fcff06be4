import { once } from 'node:events';

/** Resolves when the signal aborts; at once when it has, of which its event would not tell any more. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Resolves when a stream takes more, or the signal aborts; rejects with the error of the stream. */
export async function drainedOrAborted(stream: NodeJS.EventEmitter, signal: AbortSignal): Promise<void> {
  try {
    await once(stream, 'drain', { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
