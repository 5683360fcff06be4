import { setMaxListeners } from 'node:events';
import { Election, type ElectionOptions } from './election';

export interface LeaderElectionOptions extends ElectionOptions {
  /** Leads until its signal aborts. */
  onStartedLeading(signal: AbortSignal): Promise<void>;
  onStoppedLeading(): void;
}

/**
 * Leads whenever it holds the Lease, as upstream's leader election does: the age of
 * another's renewal is measured on this clock from when it was first seen. Whoever
 * loses it stands again, under the same identity, so that nobody has to wait when the
 * API server was away for all. Returns when the signal aborts, having given the Lease up.
 */
export async function runLeaderElection(options: LeaderElectionOptions): Promise<void> {
  const election = new Election(options);
  while (await election.acquire()) await lead(election, options);
}

/** Leads until the Lease is lost, or the signal aborts. */
async function lead(election: Election, options: LeaderElectionOptions): Promise<void> {
  options.logger.info('leading', { lease: options.lease.name });
  const leading = new AbortController();
  // Everything that a leader runs ends by it.
  setMaxListeners(0, leading.signal);
  const running = options.onStartedLeading(leading.signal);
  try {
    await Promise.race([election.renew(), running.then(() => new Promise<void>(() => undefined))]);
  } finally {
    leading.abort(new Error('no longer leading'));
    options.onStoppedLeading();
    await running.catch((error: unknown) => options.logger.warn('leading ended with an error', { error }));
    if (options.signal.aborted) await election.release();
  }
}
