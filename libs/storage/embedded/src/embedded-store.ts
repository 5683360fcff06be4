import {
  EventWindow,
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
import { systemClock, type Clock, type Logger } from '@skiff/platform';
import { Committer, toEntry, type Batch } from './committer';
import { Compactor } from './compactor';
import { History } from './history';
import { Leases } from './leases';
import { list } from './lister';
import { lockFolder, type FolderLock } from './lock';
import { readBack } from './log-reader';
import { Tables, type Snapshot } from './tables';

export interface EmbeddedStoreOptions {
  /** The folder of the store; made when it does not exist. */
  readonly directory: string;
  /** What history to keep for watches and reads of the past; `false` never compacts by itself. Default: 5 minutes, at most 200,000 revisions. */
  readonly retention?: Retention | false;
  /** How many newest events to keep in memory for watches, in about 2 MiB of values. Default 10,000. */
  readonly windowSize?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/**
 * The store on one machine: LMDB with group commit and a log of events by revision.
 * One process at a time; StoreInUseError to a second.
 */
export class EmbeddedStore implements Store {
  private readonly committer: Committer;
  private readonly leases: Leases;
  private readonly history: History;
  private readonly compactor: Compactor;
  private readonly window: EventWindow;
  private readonly schedule: RetentionSchedule | undefined;
  private closed = false;

  private constructor(
    private readonly tables: Tables,
    private readonly lock: FolderLock,
    options: EmbeddedStoreOptions,
  ) {
    const clock = options.clock ?? systemClock;
    this.history = new History(tables.compacted);
    this.compactor = new Compactor(tables, this.history);
    const revision = tables.read((snapshot) => this.history.recover(snapshot));
    this.window = new EventWindow(revision, options.windowSize ?? 10_000);
    this.committer = new Committer(tables, (events, newest) => this.onCommit(events, newest));
    this.leases = new Leases(tables, this.committer, clock, (lease, error) =>
      options.logger?.error('lease could not be ended', { lease: String(lease), error }),
    );
    if (options.retention !== false) {
      this.schedule = new RetentionSchedule(options.retention ?? {}, clock, {
        revision: () => this.window.revision,
        historyLength: () => this.history.length,
        compact: (upTo) => this.compact(upTo),
        failed: (error) => options.logger?.error('compaction failed', { error }),
      });
    }
  }

  static async open(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
    Tables.prepare(options.directory);
    const lock = await lockFolder(options.directory);
    try {
      return new EmbeddedStore(new Tables(options.directory), lock, options);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  get(key: string): Promise<{ readonly entry?: Entry; readonly revision: bigint }> {
    return this.read((snapshot) => {
      const record = snapshot.state(key);
      return { revision: snapshot.revision, ...(record === undefined ? {} : { entry: toEntry(key, record) }) };
    });
  }

  list(request: ListRequest): Promise<ListResponse> {
    return this.read((snapshot) => list(snapshot, this.history, request));
  }

  /** Every write is in the window before it is acknowledged, so that its revision is the newest there is. */
  currentRevision(): Promise<bigint> {
    this.assertOpen();
    const { revision } = this.window;
    this.window.advance(revision);
    return Promise.resolve(revision);
  }

  create(key: string, value: Uint8Array, options: WriteOptions = {}): Promise<WriteResult> {
    return this.swap(key, 0n, (batch) => this.put(batch, key, value, options));
  }

  update(key: string, value: Uint8Array, expectedRevision: bigint, options: WriteOptions = {}): Promise<WriteResult> {
    return this.swap(key, expectedRevision, (batch) => this.put(batch, key, value, options));
  }

  delete(key: string, expectedRevision: bigint): Promise<WriteResult> {
    return this.swap(key, expectedRevision, (batch) => batch.delete(key));
  }

  watch(prefix: string, afterRevision: bigint, signal: AbortSignal): AsyncIterable<WatchBatch> {
    const { history, tables, window } = this;
    const backfill = (under: string, after: bigint): AsyncIterable<WatchBatch> =>
      readBack({ history, tables }, under, after);
    return (async function* () {
      history.check(afterRevision);
      yield* followWindow(window, prefix, afterRevision, signal, backfill);
    })();
  }

  async grantLease(ttlSeconds: number): Promise<bigint> {
    this.assertOpen();
    return this.leases.grant(ttlSeconds);
  }

  async keepLeaseAlive(lease: bigint): Promise<void> {
    this.assertOpen();
    this.leases.keepAlive(lease);
  }

  async revokeLease(lease: bigint): Promise<void> {
    this.assertOpen();
    await this.leases.revoke(lease);
  }

  compact(revision: bigint): Promise<void> {
    this.assertOpen();
    if (revision > this.window.revision)
      return Promise.reject(new RangeError(`required revision ${revision} is a future revision`));
    return this.compactor.compact(revision);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.schedule?.stop();
    this.leases.stop();
    this.window.end();
    await this.compactor.idle();
    await this.committer.idle();
    await this.tables.close();
    await this.lock.release();
  }

  private async read<T>(read: (snapshot: Snapshot) => T): Promise<T> {
    this.assertOpen();
    return this.tables.read(read);
  }

  private async swap(key: string, expected: bigint, write: (batch: Batch) => void): Promise<WriteResult> {
    this.assertOpen();
    return this.committer.submit((batch) => {
      const current = batch.get(key);
      if ((current?.revision ?? 0n) !== expected || (expected === 0n && current !== undefined)) {
        return {
          ok: false,
          revision: batch.revision,
          ...(current === undefined ? {} : { current: toEntry(key, current) }),
        };
      }
      write(batch);
      return { ok: true, revision: batch.revision };
    });
  }

  private put(batch: Batch, key: string, value: Uint8Array, { lease = 0n }: WriteOptions): void {
    if (lease !== 0n && !this.leases.has(lease)) throw new LeaseNotFoundError(lease);
    batch.put(key, value, lease);
  }

  private onCommit(events: readonly StoreEvent[], revision: bigint): void {
    for (const event of events) this.history.note(event);
    this.window.push(events, revision);
  }

  private assertOpen(): void {
    if (this.closed) throw new Error('the store is closed');
  }
}
