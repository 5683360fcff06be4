import { mkdirSync } from 'node:fs';
import { prefixEnd } from '@skiff/storage';
import { type Database, open, type RootDatabase } from 'lmdb';
import { decodeLog, decodeNumber, decodeState, encodeNumber, type LogRecord, type StateRecord } from './records';

type Table = Database<Buffer, Buffer>;

/** A change to one table; without a value the key is removed. */
export interface TableWrite {
  readonly table: TableName;
  readonly key: Buffer;
  readonly value?: Buffer;
}

/**
 * - `state`: key to its newest version.
 * - `log`: revision to what its write did. Versions that are still needed for reads after the
 *   compacted revision stay in it.
 * - `leases`: lease to its time to live in seconds; `leaseKeys`: lease and key that ends with it.
 * - `meta`: `revision`, the newest; `compacted`, up to which history is forgotten.
 */
export type TableName = 'state' | 'log' | 'leases' | 'leaseKeys' | 'meta';

/** LMDB takes no longer key, not even to look for one. */
const longestKeyBytes = 1978;

const revisionKey = Buffer.from('revision');
const compactedKey = Buffer.from('compacted');

/** A consistent view of the tables for the duration of one synchronous read. */
export interface Snapshot {
  readonly revision: bigint;
  state(key: string): StateRecord | undefined;
  stateRange(start: Buffer, end: Buffer | undefined, limit?: number): Iterable<{ key: string; record: StateRecord }>;
  stateCount(start: Buffer, end: Buffer | undefined): number;
  log(revision: bigint): LogRecord | undefined;
  /** Records after `after`, in order. */
  logRange(after: bigint, limit?: number): Iterable<{ revision: bigint; record: LogRecord }>;
}

/** The LMDB environment of a store. */
export class Tables {
  private readonly root: RootDatabase<Buffer, Buffer>;
  private readonly tables: Record<TableName, Table>;

  /** Makes the folder of a store, which only its owner can read. */
  static prepare(directory: string): void {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  constructor(directory: string) {
    // Without overlapping sync a commit resolves, and is seen, only after it is on disk.
    this.root = open<Buffer, Buffer>({
      path: directory,
      noSubdir: false,
      overlappingSync: false,
      keyEncoding: 'binary',
      encoding: 'binary',
      maxDbs: 8,
    });
    const table = (name: TableName): Table =>
      this.root.openDB<Buffer, Buffer>({ name, keyEncoding: 'binary', encoding: 'binary' });
    this.tables = {
      state: table('state'),
      log: table('log'),
      leases: table('leases'),
      leaseKeys: table('leaseKeys'),
      meta: table('meta'),
    };
  }

  get compacted(): bigint {
    const bytes = this.tables.meta.get(compactedKey);
    return bytes === undefined ? 0n : decodeNumber(bytes);
  }

  get leases(): { id: bigint; ttlSeconds: number }[] {
    return [...this.tables.leases.getRange()].map(({ key, value }) => ({
      id: decodeNumber(key),
      ttlSeconds: Number(decodeNumber(value)),
    }));
  }

  leaseKeys(lease: bigint): string[] {
    const start = encodeNumber(lease);
    const range = this.tables.leaseKeys.getKeys({ start, end: encodeNumber(lease + 1n) });
    return [...range].map((key) => key.toString('utf8', 8));
  }

  /** Runs `read` on the newest committed state. */
  read<T>(read: (snapshot: Snapshot) => T): T {
    this.root.resetReadTxn();
    const transaction = this.root.useReadTransaction();
    const { state, log, meta } = this.tables;
    const span = (start: Buffer, end: Buffer | undefined, limit?: number): object => ({
      transaction,
      // LMDB has no empty key to start from.
      ...(start.length === 0 ? {} : { start: storable(start) }),
      ...(end === undefined ? {} : { end: storable(end) }),
      ...(limit === undefined ? {} : { limit }),
    });
    try {
      const revision = meta.get(revisionKey, { transaction });
      return read({
        revision: revision === undefined ? 0n : decodeNumber(revision),
        state: (key) => {
          const bytes = Buffer.from(key);
          if (bytes.length > longestKeyBytes) return undefined;
          return map(state.get(bytes, { transaction }), decodeState);
        },
        stateRange: (start, end, limit) =>
          state
            .getRange(span(start, end, limit))
            .map(({ key, value }) => ({ key: key.toString(), record: decodeState(value) })),
        stateCount: (start, end) => state.getKeysCount(span(start, end)),
        log: (number) => map(log.get(encodeNumber(number), { transaction }), decodeLog),
        logRange: (after, limit) =>
          log
            .getRange(span(encodeNumber(after + 1n), undefined, limit))
            .map(({ key, value }) => ({ revision: decodeNumber(key), record: decodeLog(value) })),
      });
    } finally {
      transaction.done();
    }
  }

  /** Writes all or nothing; resolves when it is on disk. */
  async commit(writes: readonly TableWrite[], mark: { revision?: bigint; compacted?: bigint }): Promise<void> {
    await this.root.batch(() => {
      for (const { table, key, value } of writes) {
        if (value === undefined) void this.tables[table].remove(key);
        else void this.tables[table].put(key, value);
      }
      if (mark.revision !== undefined) void this.tables.meta.put(revisionKey, encodeNumber(mark.revision));
      if (mark.compacted !== undefined) void this.tables.meta.put(compactedKey, encodeNumber(mark.compacted));
    });
  }

  close(): Promise<void> {
    return this.root.close();
  }
}

/** The first key in byte order, of those that LMDB takes, that is not before `key`. */
function storable(key: Buffer): Buffer {
  if (key.length <= longestKeyBytes) return key;
  // Whatever begins like it and is no longer than it may be stands before it.
  return prefixEnd(key.subarray(0, longestKeyBytes)) ?? key.subarray(0, longestKeyBytes);
}

function map<A, B>(value: A | undefined, by: (value: A) => B): B | undefined {
  return value === undefined ? undefined : by(value);
}
