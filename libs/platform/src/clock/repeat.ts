import { pause, type Clock } from './clock';

/**
 * Does something again and again, each time so many milliseconds after the last, until the signal aborts.
 * @param failed is told what a run fails of; the next one comes all the same.
 */
export async function repeatEvery(
  milliseconds: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  run: () => Promise<unknown>,
  failed: (error: unknown) => void,
): Promise<void> {
  for (;;) {
    await pause(clock, milliseconds, signal);
    if (signal.aborted) return;
    await run().catch(failed);
  }
}
