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
import type { ILeaseKeepAliveResponse, IRequestOp } from 'etcd3';
import { Connection, isMessage, type EtcdConnectionOptions } from './connection';
import { KeySpace } from './keys';
import { WatchHub } from './watch-hub';

export interface EtcdStoreOptions extends Omit<EtcdConnectionOptions, 'clock'> {
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
    this.connection = new Connection({ ...options, clock });
    this.keys = new KeySpace(options.root ?? '/skiff');
    this.hub = new WatchHub(
      this.connection,
      this.keys,
      clock,
      options.windowSize ?? 10_000,
      () => this.readRevision(),
      (error) => logger?.warn('watch of etcd interrupted', { error }),
    );
    if (options.retention !== false) {
      this.schedule = new RetentionSchedule(options.retention ?? {}, clock, {
        revision: () => this.readRevision(),
        compact: (revision) => this.compact(revision),
        failed: (error) => logger?.error('compaction failed', { error }),
      });
    }
  }

  async get(key: string, signal?: AbortSignal): Promise<{ readonly entry?: Entry; readonly revision: bigint }> {
    const response = await this.connection.read(() => this.kv.range({ key: this.keys.key(key) }), signal);
    const kv = response.kvs[0];
    return {
      revision: BigInt(response.header.revision),
      ...(kv === undefined ? {} : { entry: this.keys.entry(kv) }),
    };
  }

  async list({ prefix, revision, limit, after }: ListRequest, signal?: AbortSignal): Promise<ListResponse> {
    const response = await this.connection.read(
      () =>
        this.kv.range({
          ...this.keys.range(prefix, after),
          ...(revision === undefined ? {} : { revision: String(revision) }),
          ...(limit === undefined ? {} : { limit }),
        }),
      signal,
    );
    const entries = response.kvs.map((kv) => this.keys.entry(kv));
    return {
      entries,
      revision: revision ?? BigInt(response.header.revision),
      more: response.more,
      remaining: Number(response.count) - entries.length,
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
    const lease = options.lease === undefined ? {} : { lease: String(options.lease) };
    const request_put = { key: this.keys.key(key), value: Buffer.from(value), ...lease };
    return this.swap(key, expectedRevision, { request_put }, options.lease);
  }

  async delete(key: string, expectedRevision: bigint): Promise<WriteResult> {
    return this.swap(key, expectedRevision, { request_delete_range: { key: this.keys.key(key) } });
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

  private get kv(): Connection['etcd']['kv'] {
    return this.connection.etcd.kv;
  }

  private async readRevision(signal?: AbortSignal): Promise<bigint> {
    const read = (): ReturnType<typeof this.kv.range> => this.kv.range({ key: this.keys.progress, count_only: true });
    return BigInt((await this.connection.read(read, signal)).header.revision);
  }

  private async swap(key: string, expected: bigint, success: IRequestOp, lease?: bigint): Promise<WriteResult> {
    const compared = {
      key: this.keys.key(key),
      target: 'Mod',
      result: 'Equal',
      mod_revision: String(expected),
    } as const;
    const read = { request_range: { key: this.keys.key(key) } };
    const written = this.connection.write(() =>
      this.kv.txn({ compare: [compared], success: [success], failure: [read] }),
    );
    this.keepFor(written);
    try {
      const response = await written;
      const revision = BigInt(response.header.revision);
      if (response.succeeded) return { ok: true, revision };
      const kv = response.responses[0]?.response_range.kvs[0];
      return { ok: false, revision, ...(kv === undefined ? {} : { current: this.keys.entry(kv) }) };
    } catch (error) {
      throw error instanceof LeaseNotFoundError ? new LeaseNotFoundError(lease ?? 0n) : error;
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
