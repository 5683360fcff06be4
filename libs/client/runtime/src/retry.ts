import type { Client } from '@skiff/client';
import { hasReason, isOutage } from '@skiff/apimachinery';
import { type Clock, pause } from '@skiff/platform';

/** While the server answers that it cannot, it is asked this often. */
const outageMilliseconds = 500;

const never = new AbortController().signal;

/**
 * Waits before a failed call is tried again: for a server that cannot be reached, until it can, so that
 * nobody is late when it is back; otherwise for so many milliseconds. Returns when the signal aborts.
 */
export async function pauseBeforeRetry(
  client: Client,
  error: unknown,
  milliseconds: number,
  { clock, signal = never }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<void> {
  const outage = isOutage(error);
  if (outage && (await client.reconnected?.(signal))) return;
  const wait = outage ? Math.min(milliseconds, outageMilliseconds) : milliseconds;
  await pause(clock, wait, signal);
}

/** Whether a write failed because somebody else's came first: whoever reads anew can try again. */
export const isOvertaken = (error: unknown): boolean =>
  hasReason(error, 'Conflict') || hasReason(error, 'AlreadyExists');
