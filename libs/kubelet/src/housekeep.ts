import { pause, type Clock, type Logger } from '@skiff/platform';

/** Does a piece of work again and again until the signal aborts, and goes on when it fails. */
export async function housekeep(
  { clock, logger, signal }: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
  everyMilliseconds: number,
  work: () => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      logger.warn('housekeeping failed', { error });
    }
    await pause(clock, everyMilliseconds, signal);
  }
}
