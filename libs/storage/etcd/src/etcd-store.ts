import {
  LeaseNotFoundError,
  RetentionSchedule,
  type Entry,
  type ListRequest,
  type ListResponse,
  type Retention,
  type Store,
  type WatchBatch,
  type WriteOptions,
  type WriteResult,
} from '@skiff/storage';
import { systemClock, type Clock, type Logger } from '@skiff/platform';
import type { ILeaseKeepAliveResponse } from 'etcd3';
import type { Change } from './calls/messages';
import { Connection, isMessage, type EtcdConnectionOptions } from './connection';
import { KeySpace } from './keys';
import { WatchHub } from './watch-hub';

export interface EtcdStoreOptions extends Omit<EtcdConnectionOptions, 'clock' | 'logger'> {
  /** Where the store's keys lie in etcd. Default `/skiff`. */
  readonly root?: string;
  /** What history to keep; `false` leaves compaction to others. Default: 5 minutes. */
  readonly retention?: Pick<Retention, 'milliseconds'> | false;
  /** How many newest events to keep in memory for watches. Default 10,000. */
  readonly windowSize?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** The distributed store: an etcd cluster, version 3.4 or newer. Any number of processes may share it. */
export class EtcdStore implements Store {
  private readonly connection: Connection;
  private readonly keys: KeySpace;
  private readonly hub: WatchHub;
  private readonly schedule: RetentionSchedule | undefined;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(options: EtcdStoreOptions) {
    const clock = options.clock ?? systemClock;
    const { logger } = options;
    this.connection = new Connection({ ...options, clock, logger });
    this.keys = new KeySpace(options.root ?? '/skiff');
    this.hub = new WatchHub({
      connection: this.connection,
      keys: this.keys,
      clock,
      capacity: options.windowSize ?? 10_000,
      currentRevision: () => this.readRevision(),
      interrupted: (error) => {
        if (!this.connection.lost(error)) logger?.warn('watch of etcd interrupted', { error });
      },
    });
    if (options.retention !== false) {
      this.schedule = new RetentionSchedule(options.retention ?? {}, clock, {
        revision: () => this.readRevision(),
        compact: (revision) => this.compact(revision),
        failed: (error) => logger?.error('compaction failed', { error }),
      });
    }
  }

  async get(key: string, signal?: AbortSignal): Promise<{ readonly entry?: Entry; readonly revision: bigint }> {
    const request = { key: this.keys.key(key) };
    const { revision, entries } = await this.connection.read(() => this.keyValues.range(request), signal);
    const [found] = entries;
    return { revision, ...(found === undefined ? {} : { entry: this.keys.entryOf(found) }) };
  }

  async list({ prefix, revision, limit, after }: ListRequest, signal?: AbortSignal): Promise<ListResponse> {
    const { key, range_end: rangeEnd } = this.keys.range(prefix, after);
    const at = revision === undefined ? {} : { revision };
    const request = { key, rangeEnd, ...at, ...(limit === undefined ? {} : { limit }) };
    const response = await this.connection.read(() => this.keyValues.range(request), signal);
    const entries = response.entries.map((entry) => this.keys.entryOf(entry));
    return {
      entries,
      revision: revision ?? response.revision,
      more: response.more,
      remaining: response.count - entries.length,
    };
  }

  async currentRevision(signal?: AbortSignal): Promise<bigint> {
    const revision = await this.readRevision(signal);
    this.keepFor(this.hub.advance(revision));
    return revision;
  }

  create(key: string, value: Uint8Array, options: WriteOptions = {}): Promise<WriteResult> {
    return this.update(key, value, 0n, options);
  }

  update(key: string, value: Uint8Array, expectedRevision: bigint, options: WriteOptions = {}): Promise<WriteResult> {
    return this.swap(key, expectedRevision, { type: 'put', value, lease: options.lease });
  }

  async delete(key: string, expectedRevision: bigint): Promise<WriteResult> {
    return this.swap(key, expectedRevision, { type: 'delete' });
  }

  watch(prefix: string, afterRevision: bigint, signal: AbortSignal): AsyncIterable<WatchBatch> {
    return this.hub.watch(prefix, afterRevision, signal);
  }

  async grantLease(ttlSeconds: number): Promise<bigint> {
    const ttl = Math.max(1, Math.ceil(ttlSeconds));
    const response = await this.connection.write(() => this.connection.etcd.leaseClient.leaseGrant({ TTL: ttl }));
    return BigInt(response.ID);
  }

  async keepLeaseAlive(lease: bigint): Promise<void> {
    const response = await this.connection.read(() => this.renew(lease));
    if (BigInt(response.TTL) <= 0n) throw new LeaseNotFoundError(lease);
  }

  async revokeLease(lease: bigint): Promise<void> {
    try {
      await this.connection.read(() => this.connection.etcd.leaseClient.leaseRevoke({ ID: String(lease) }));
    } catch (error) {
      if (!(error instanceof LeaseNotFoundError)) throw error;
    }
  }

  async compact(revision: bigint): Promise<void> {
    try {
      await this.connection.etcd.kv.compact({ revision: String(revision), physical: true });
    } catch (error) {
      if (!isMessage(error, 'required revision has been compacted')) throw error;
    }
  }

  async close(): Promise<void> {
    this.schedule?.stop();
    this.hub.close();
    await Promise.allSettled(this.underWay);
    this.connection.close();
  }

  private get keyValues(): Connection['keyValues'] {
    return this.connection.keyValues;
  }

  private async readRevision(signal?: AbortSignal): Promise<bigint> {
    const request = { key: this.keys.progress, countOnly: true };
    return (await this.connection.read(() => this.keyValues.range(request), signal)).revision;
  }

  private async swap(key: string, expected: bigint, change: Change): Promise<WriteResult> {
    const request = { key: this.keys.key(key), expectedRevision: expected, change };
    const written = this.connection.write(() => this.keyValues.swap(request));
    this.keepFor(written);
    try {
      const { revision, succeeded, current } = await written;
      if (succeeded) return { ok: true, revision };
      return { ok: false, revision, ...(current === undefined ? {} : { current: this.keys.entryOf(current) }) };
    } catch (error) {
      if (!(error instanceof LeaseNotFoundError) || change.type === 'delete') throw error;
      throw new LeaseNotFoundError(change.lease ?? 0n);
    }
  }

  private async renew(lease: bigint): Promise<ILeaseKeepAliveResponse> {
    const stream = await this.connection.etcd.leaseClient.leaseKeepAlive();
    try {
      return await new Promise<ILeaseKeepAliveResponse>((resolve, reject) => {
        stream.on('data', resolve);
        stream.on('error', reject);
        stream.on('end', () => reject(new Error('etcd ended the stream')));
        stream.write({ ID: String(lease) });
      });
    } finally {
      stream.cancel();
    }
  }

  /** Has `close` wait for it. Its failure is its caller's concern, or nobody's. */
  private keepFor(work: Promise<unknown>): void {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.underWay.add(settled);
    void settled.then(() => this.underWay.delete(settled));
  }
}
