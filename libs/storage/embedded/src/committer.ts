import { LeaseNotFoundError, type Entry, type StoreEvent } from '@skiff/storage';
import { encodeLog, encodeNumber, encodeState, type StateRecord } from './records';
import type { Snapshot, Tables, TableWrite } from './tables';

/** The writes of one commit, in the order of their revisions. */
export class Batch {
  readonly events: StoreEvent[] = [];
  readonly writes: TableWrite[] = [];
  private readonly changed = new Map<string, StateRecord | undefined>();
  private readonly endedLeases = new Set<bigint>();
  private newest: bigint;

  constructor(private readonly snapshot: Snapshot) {
    this.newest = snapshot.revision;
  }

  /** The newest revision, this batch's writes included. */
  get revision(): bigint {
    return this.newest;
  }

  get(key: string): StateRecord | undefined {
    return this.changed.has(key) ? this.changed.get(key) : this.snapshot.state(key);
  }

  put(key: string, value: Uint8Array, lease = 0n): void {
    if (this.endedLeases.has(lease)) throw new LeaseNotFoundError(lease);
    const previous = this.get(key);
    const revision = ++this.newest;
    const createRevision = previous?.createRevision ?? revision;
    const record: StateRecord = { revision, createRevision, lease, value };
    this.attach(key, previous?.lease ?? 0n, lease);
    this.changed.set(key, record);
    this.writes.push({ table: 'state', key: Buffer.from(key), value: encodeState(record) });
    this.log(revision, { type: 'put', key, previous: previous?.revision ?? 0n, createRevision, value });
    const entry: Entry = { key, value, revision, createRevision };
    this.events.push({ type: 'put', entry, ...(previous === undefined ? {} : { previous: toEntry(key, previous) }) });
  }

  delete(key: string): void {
    const previous = this.get(key);
    if (previous === undefined) return;
    const revision = ++this.newest;
    this.attach(key, previous.lease, 0n);
    this.changed.set(key, undefined);
    this.writes.push({ table: 'state', key: Buffer.from(key) });
    this.log(revision, {
      type: 'delete',
      key,
      previous: previous.revision,
      createRevision: previous.createRevision,
      value: new Uint8Array(),
    });
    this.events.push({ type: 'delete', key, revision, previous: toEntry(key, previous) });
  }

  grantLease(lease: bigint, ttlSeconds: number): void {
    this.writes.push({ table: 'leases', key: encodeNumber(lease), value: encodeNumber(BigInt(ttlSeconds)) });
  }

  /** Ends the lease and deletes those of `keys` that it still holds, and what this batch attached to it. */
  endLease(lease: bigint, keys: readonly string[]): void {
    this.endedLeases.add(lease);
    const attached = [...this.changed].filter(([, record]) => record?.lease === lease).map(([key]) => key);
    for (const key of new Set([...keys, ...attached])) if (this.get(key)?.lease === lease) this.delete(key);
    this.writes.push({ table: 'leases', key: encodeNumber(lease) });
  }

  private log(revision: bigint, record: Parameters<typeof encodeLog>[0]): void {
    this.writes.push({ table: 'log', key: encodeNumber(revision), value: encodeLog(record) });
  }

  private attach(key: string, from: bigint, to: bigint): void {
    if (from === to) return;
    if (from !== 0n) this.writes.push({ table: 'leaseKeys', key: leaseKey(from, key) });
    if (to !== 0n) this.writes.push({ table: 'leaseKeys', key: leaseKey(to, key), value: Buffer.of(1) });
  }
}

function leaseKey(lease: bigint, key: string): Buffer {
  return Buffer.concat([encodeNumber(lease), Buffer.from(key)]);
}

export function toEntry(key: string, record: StateRecord): Entry {
  return { key, value: record.value, revision: record.revision, createRevision: record.createRevision };
}

/** A write that waits for its batch; `run` adds it, `settle` tells its caller after the commit. */
interface Operation {
  run(batch: Batch): void;
  settle(error?: unknown): void;
}

const operationsPerCommit = 2000;

/**
 * Group commit: all writes that arrive while a commit is under way share the next one,
 * hence one flush to disk. They run one after the other, each seeing those before it.
 */
export class Committer {
  private queue: Operation[] = [];
  private running: Promise<void> | undefined;

  constructor(
    private readonly tables: Tables,
    /** Called after each commit, before those who wait for it learn of it. */
    private readonly committed: (events: readonly StoreEvent[], revision: bigint) => void,
  ) {}

  /** Runs `write` in the next commit and resolves with its result when that is durable. What it throws rejects it alone. */
  submit<T>(write: (batch: Batch) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let outcome: { value: T } | { error: unknown } | undefined;
      this.queue.push({
        run(batch) {
          try {
            outcome = { value: write(batch) };
          } catch (error) {
            outcome = { error };
          }
        },
        settle(error) {
          if (error !== undefined) reject(error as Error);
          else if (outcome !== undefined && 'value' in outcome) resolve(outcome.value);
          else reject(outcome?.error as Error);
        },
      });
      this.running ??= Promise.resolve().then(() => this.run());
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      const operations = this.queue.splice(0, operationsPerCommit);
      let failure: unknown;
      try {
        await this.commit(operations);
      } catch (error) {
        failure = error;
      }
      for (const operation of operations) operation.settle(failure);
    }
    this.running = undefined;
  }

  private async commit(operations: readonly Operation[]): Promise<void> {
    const batch = this.tables.read((snapshot) => {
      const pending = new Batch(snapshot);
      for (const operation of operations) operation.run(pending);
      return pending;
    });
    if (batch.writes.length === 0) return;
    await this.tables.commit(batch.writes, { revision: batch.revision });
    this.committed(batch.events, batch.revision);
  }
}
