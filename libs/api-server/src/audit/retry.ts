import type { Clock } from '@skiff/platform';

export interface RetryOptions {
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Before the second attempt, in milliseconds. */
  readonly initialBackoff: number;
  readonly signal: AbortSignal;
}

/** Upstream's: each wait is half as long again as the one before, and a fifth of chance. */
const factor = 1.5;
const jitter = 0.2;
const mostAttempts = 5;

/**
 * Tries up to five times, waiting longer each time. Rejects with what the last attempt fails of.
 * Upstream: DefaultRetryBackoffWithInitialDelay in staging/src/k8s.io/apiserver/pkg/util/webhook/webhook.go.
 */
export async function retried(
  attempt: () => Promise<void>,
  isTemporary: (error: unknown) => boolean,
  { clock, random, initialBackoff, signal }: RetryOptions,
): Promise<void> {
  let wait = initialBackoff;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (attempts === mostAttempts || signal.aborted || !isTemporary(error)) throw error;
      await clock.sleep(wait * (1 + jitter * random()), signal);
      wait *= factor;
    }
  }
}
