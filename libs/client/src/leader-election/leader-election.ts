import { Kinds, type coordinationv1 } from '@skiff/contracts';
import { formatMicroTime, hasReason, type Clock, type Logger } from '@skiff/platform';
import type { Client, ObjectKey } from '../client';

export interface LeaderElectionOptions {
  readonly client: Client;
  readonly lease: ObjectKey;
  /** Unique to this process. */
  readonly identity: string;
  /** How long others wait for a leader that is silent. Default: 15 s. */
  readonly leaseDurationMilliseconds?: number;
  /** How long a leader that cannot renew goes on. Default: 10 s. */
  readonly renewDeadlineMilliseconds?: number;
  /** Between two tries. Default: 2 s. */
  readonly retryPeriodMilliseconds?: number;
  /** Leads until its signal aborts. */
  onStartedLeading(signal: AbortSignal): Promise<void>;
  onStoppedLeading(): void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Leads while it holds the Lease, as upstream's leader election does: the age of
 * another's renewal is measured on this clock from when it was first seen. Returns
 * when the signal aborts, having given the Lease up, or when leadership is lost.
 */
export async function runLeaderElection(options: LeaderElectionOptions): Promise<void> {
  const election = new Election(options);
  if (!(await election.acquire())) return;
  options.logger.info('leading', { lease: options.lease.name });
  const leading = new AbortController();
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

class Election {
  private observed: { record: string; at: number } | undefined;
  private held: coordinationv1.Lease | undefined;

  constructor(private readonly options: LeaderElectionOptions) {}

  private get retryPeriod(): number {
    return this.options.retryPeriodMilliseconds ?? 2_000;
  }

  private get leaseDuration(): number {
    return this.options.leaseDurationMilliseconds ?? 15_000;
  }

  async acquire(): Promise<boolean> {
    const { signal, clock } = this.options;
    while (!signal.aborted) {
      if (await this.tryHold()) return true;
      await clock.sleep(this.retryPeriod, signal).catch(() => undefined);
    }
    return false;
  }

  async renew(): Promise<void> {
    const { signal, clock, renewDeadlineMilliseconds = 10_000, logger } = this.options;
    let renewed = clock.monotonic();
    while (!signal.aborted) {
      await clock.sleep(this.retryPeriod, signal).catch(() => undefined);
      if (signal.aborted) return;
      if (await this.tryHold()) renewed = clock.monotonic();
      else if (clock.monotonic() - renewed > renewDeadlineMilliseconds) {
        logger.error('leadership is lost', { lease: this.options.lease.name });
        return;
      }
    }
  }

  /** Lets the next one lead at once. */
  async release(): Promise<void> {
    if (!this.held) return;
    const spec = {
      ...this.held.spec,
      holderIdentity: '',
      leaseDurationSeconds: 1,
      renewTime: formatMicroTime(this.options.clock.now()),
    };
    try {
      await this.options.client.update(Kinds.Lease, { ...this.held, spec });
    } catch (error) {
      this.options.logger.warn('the lease was not given up', { error });
    }
  }

  private async tryHold(): Promise<boolean> {
    const { client, lease, identity, logger } = this.options;
    try {
      const current = await this.read();
      if (!current) {
        this.held = await client.create(Kinds.Lease, { metadata: { ...lease }, spec: this.spec(undefined) });
        return true;
      }
      if (current.spec?.holderIdentity && current.spec.holderIdentity !== identity && !this.expired(current))
        return false;
      this.held = await client.update(Kinds.Lease, { ...current, spec: this.spec(current) });
      return true;
    } catch (error) {
      if (!hasReason(error, 'Conflict') && !hasReason(error, 'AlreadyExists'))
        logger.warn('the lease was not reached', { error });
      return false;
    }
  }

  private async read(): Promise<coordinationv1.Lease | undefined> {
    try {
      return await this.options.client.get(Kinds.Lease, this.options.lease);
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  private expired(lease: coordinationv1.Lease): boolean {
    const record = JSON.stringify(lease.spec);
    const now = this.options.clock.monotonic();
    if (this.observed?.record !== record) this.observed = { record, at: now };
    return now - this.observed.at > (lease.spec?.leaseDurationSeconds ?? 0) * 1000;
  }

  private spec(current: coordinationv1.Lease | undefined): coordinationv1.LeaseSpec {
    const now = formatMicroTime(this.options.clock.now());
    const mine = current?.spec?.holderIdentity === this.options.identity;
    const transitions = current?.spec?.leaseTransitions ?? 0;
    return {
      holderIdentity: this.options.identity,
      leaseDurationSeconds: Math.max(1, Math.round(this.leaseDuration / 1000)),
      acquireTime: mine ? (current.spec?.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: current && !mine ? transitions + 1 : transitions,
    };
  }
}
