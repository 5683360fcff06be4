import type { Client, ObjectKey } from '@skiff/client';
import { Kinds, type coordinationv1 } from '@skiff/contracts';
import { hasReason, StatusError } from '@skiff/apimachinery';
import { type Clock, formatMicroTime, type Logger, pause } from '@skiff/platform';
import { isOvertaken, pauseBeforeRetry } from '../retry';

export interface ElectionOptions {
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
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Holds the Lease of one candidate, for as long as it can. */
export class Election {
  private observed: { record: string; at: number } | undefined;
  /** Why the last try failed, unless somebody else holds the Lease. */
  private failure: unknown;

  constructor(private readonly options: ElectionOptions) {}

  private get retryPeriod(): number {
    return this.options.retryPeriodMilliseconds ?? 2_000;
  }

  private get leaseDuration(): number {
    return this.options.leaseDurationMilliseconds ?? 15_000;
  }

  async acquire(): Promise<boolean> {
    const { signal, clock, client } = this.options;
    while (!signal.aborted) {
      if (await this.tryHold(this.options.renewDeadlineMilliseconds ?? 10_000)) return true;
      await pauseBeforeRetry(client, this.failure, this.retryPeriod, { clock, signal });
    }
    return false;
  }

  async renew(): Promise<void> {
    const { signal, clock, renewDeadlineMilliseconds = 10_000, logger } = this.options;
    let renewed = clock.monotonic();
    while (!signal.aborted) {
      await pause(clock, this.retryPeriod, signal);
      if (signal.aborted) return;
      // Counted from before the call: the age of the Lease as others may see it.
      const begun = clock.monotonic();
      if (await this.tryHold(Math.max(0, renewed + renewDeadlineMilliseconds - begun))) renewed = begun;
      else if (clock.monotonic() - renewed >= renewDeadlineMilliseconds) {
        logger.error('leadership is lost', { lease: this.options.lease.name });
        return;
      }
    }
  }

  /**
   * Lets the next one lead at once. The Lease is read anew: the signal may have cut off a
   * renewal that the API server carries out all the same, even after that reading.
   */
  async release(): Promise<void> {
    const { clock, lease, logger, renewDeadlineMilliseconds = 10_000 } = this.options;
    const attempt = new AbortController();
    const timer = clock.after(renewDeadlineMilliseconds, () => attempt.abort(late()));
    try {
      while (!(await untilAborted(this.giveUp(attempt.signal), attempt.signal)));
    } catch (error) {
      logger.warn('the lease was not given up', { lease: lease.name, error });
    } finally {
      timer.cancel();
    }
  }

  /** False when a write of this process came in between, and it is to be tried again. */
  private async giveUp(signal: AbortSignal): Promise<boolean> {
    const { client, clock, identity } = this.options;
    const current = await this.read(signal);
    if (current?.spec?.holderIdentity !== identity) return true;
    const renewTime = formatMicroTime(clock.now());
    const spec = { ...current.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime };
    try {
      await client.update<coordinationv1.Lease>(Kinds.Lease, { ...current, spec }, { signal });
      return true;
    } catch (error) {
      if (hasReason(error, 'Conflict')) return false;
      throw error;
    }
  }

  /** Gives up when the API server has not answered in time: a leader must not outlive its Lease waiting. */
  private async tryHold(milliseconds: number): Promise<boolean> {
    const { clock, signal, logger } = this.options;
    const attempt = new AbortController();
    const timer = clock.after(milliseconds, () => attempt.abort(late()));
    const stop = (): void => attempt.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    this.failure = undefined;
    try {
      return await untilAborted(this.hold(attempt.signal), attempt.signal);
    } catch (error) {
      this.failure = error;
      if (!isOvertaken(error) && !signal.aborted) logger.warn('the lease was not reached', { error });
      return false;
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', stop);
    }
  }

  private async hold(signal: AbortSignal): Promise<boolean> {
    const { client, lease, identity } = this.options;
    const current = await this.read(signal);
    if (!current) {
      const created = { metadata: { ...lease }, spec: this.spec(undefined) };
      await client.create<coordinationv1.Lease>(Kinds.Lease, created, { signal });
      return true;
    }
    if (current.spec?.holderIdentity && current.spec.holderIdentity !== identity && !this.expired(current))
      return false;
    await client.update<coordinationv1.Lease>(Kinds.Lease, { ...current, spec: this.spec(current) }, { signal });
    return true;
  }

  private async read(signal: AbortSignal): Promise<coordinationv1.Lease | undefined> {
    try {
      return await this.options.client.get(Kinds.Lease, this.options.lease, { signal });
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

const late = (): StatusError => new StatusError(504, 'Timeout', 'the API server has not answered in time');

/** The promise, or the signal's reason when that is first, whether or not the call heeds the signal. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
