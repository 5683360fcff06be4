import {
  CompactedError,
  followWindow,
  LeaseNotFoundError,
  RetentionSchedule,
  type Entry,
  type ListRequest,
  type ListResponse,
  type Retention,
  type Store,
  type StoreEvent,
  type WatchBatch,
  type WriteOptions,
  type WriteResult,
} from '@skiff/storage';
import { systemClock, type Clock, type Logger, type Timer } from '@skiff/platform';
import { list } from './lister';
import { MemoryData } from './memory-data';

export interface MemoryStoreOptions {
  /** What to go on from: an earlier store's, which must be closed. Default: nothing stored. */
  readonly data?: MemoryData;
  /** What history to keep; `false` keeps it until its bytes are too many. Default: 5 minutes, at most 200,000 revisions. */
  readonly retention?: Retention | false;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** A store in this process, for tests and for clusters that last no longer than it. A write is as durable as its data. */
export class MemoryStore implements Store {
  private readonly data: MemoryData;
  private readonly clock: Clock;
  private readonly schedule: RetentionSchedule | undefined;
  private readonly timers = new Map<bigint, Timer>();
  private readonly closing = new AbortController();
  private unpublished: StoreEvent[] = [];
  private publishing: Promise<void> | undefined;

  constructor({ data = new MemoryData(), retention = {}, clock = systemClock, logger }: MemoryStoreOptions = {}) {
    this.data = data;
    this.clock = clock;
    for (const lease of data.leases.keys()) this.arm(lease);
    if (retention !== false) {
      this.schedule = new RetentionSchedule(retention, clock, {
        revision: () => data.revision,
        historyLength: () => data.history.length,
        compact: (revision) => this.compact(revision),
        failed: (error) => logger?.error('compaction failed', { error }),
      });
    }
  }

  async get(key: string): Promise<{ readonly entry?: Entry; readonly revision: bigint }> {
    this.assertOpen();
    const stored = this.data.state.get(key);
    return { revision: this.data.revision, ...(stored === undefined ? {} : { entry: stored.entry }) };
  }

  async list(request: ListRequest): Promise<ListResponse> {
    this.assertOpen();
    this.publish();
    return list(this.data, request);
  }

  async currentRevision(): Promise<bigint> {
    this.assertOpen();
    this.data.history.advance(this.data.revision);
    return this.data.revision;
  }

  create(key: string, value: Uint8Array, options: WriteOptions = {}): Promise<WriteResult> {
    return this.swap(key, 0n, () => this.put(key, value, options));
  }

  update(key: string, value: Uint8Array, expectedRevision: bigint, options: WriteOptions = {}): Promise<WriteResult> {
    return this.swap(key, expectedRevision, () => this.put(key, value, options));
  }

  delete(key: string, expectedRevision: bigint): Promise<WriteResult> {
    return this.swap(key, expectedRevision, () => this.data.delete(key));
  }

  async *watch(prefix: string, afterRevision: bigint, signal: AbortSignal): AsyncGenerator<WatchBatch> {
    const { history } = this.data;
    const stop = AbortSignal.any([signal, this.closing.signal]);
    yield* followWindow(history, prefix, afterRevision, stop, () => {
      throw new CompactedError(history.start);
    });
  }

  async grantLease(ttlSeconds: number): Promise<bigint> {
    this.assertOpen();
    const lease = this.data.grantLease(Math.max(1, Math.ceil(ttlSeconds)));
    this.arm(lease);
    return lease;
  }

  async keepLeaseAlive(lease: bigint): Promise<void> {
    this.assertOpen();
    if (!this.data.leases.has(lease)) throw new LeaseNotFoundError(lease);
    this.arm(lease);
  }

  async revokeLease(lease: bigint): Promise<void> {
    this.assertOpen();
    await this.endLease(lease);
  }

  async compact(revision: bigint): Promise<void> {
    this.assertOpen();
    if (revision > this.data.revision) throw new RangeError(`required revision ${revision} is a future revision`);
    this.publish();
    this.data.history.forget(revision);
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.publish();
    this.closing.abort(new Error('the store is closed'));
    this.schedule?.stop();
    for (const timer of this.timers.values()) timer.cancel();
  }

  private async swap(key: string, expected: bigint, write: () => StoreEvent): Promise<WriteResult> {
    this.assertOpen();
    const current = this.data.state.get(key)?.entry;
    if ((current?.revision ?? 0n) !== expected) {
      return { ok: false, revision: this.data.revision, ...(current === undefined ? {} : { current }) };
    }
    const { revision } = this.data;
    await this.told([write()]);
    return { ok: true, revision: revision + 1n };
  }

  private put(key: string, value: Uint8Array, { lease = 0n }: WriteOptions): StoreEvent {
    if (lease !== 0n && !this.data.leases.has(lease)) throw new LeaseNotFoundError(lease);
    return this.data.put(key, value, lease);
  }

  /** Resolves when watchers have been told. Writes of one turn are told of together, since each telling wakes every watcher. */
  private told(events: readonly StoreEvent[]): Promise<void> {
    this.unpublished.push(...events);
    this.publishing ??= Promise.resolve().then(() => this.publish());
    return this.publishing;
  }

  private publish(): void {
    this.publishing = undefined;
    if (this.unpublished.length > 0) this.data.history.push(this.unpublished.splice(0), this.data.revision);
  }

  private async endLease(lease: bigint): Promise<void> {
    this.timers.get(lease)?.cancel();
    this.timers.delete(lease);
    const keys = [...(this.data.leases.get(lease)?.keys ?? [])];
    this.data.leases.delete(lease);
    await this.told(keys.map((key) => this.data.delete(key)));
  }

  /** Starts the time that the lease has left. */
  private arm(lease: bigint): void {
    this.timers.get(lease)?.cancel();
    const ttlSeconds = this.data.leases.get(lease)?.ttlSeconds ?? 0;
    this.timers.set(
      lease,
      this.clock.after(ttlSeconds * 1000, () => void this.endLease(lease)),
    );
  }

  private assertOpen(): void {
    if (this.closing.signal.aborted) throw new Error('the store is closed');
  }
}
