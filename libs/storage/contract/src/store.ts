/** A version of the value under a key. */
export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
  /** The revision of the write that made this version. */
  readonly revision: bigint;
  /** The revision of the write that created the key. */
  readonly createRevision: bigint;
  /** Whether the value is to be written again though nothing of it changes, since a write would give it another form. */
  readonly stale?: boolean;
}

export interface ListRequest {
  /** All keys that begin with it. */
  readonly prefix: string;
  /** Reads the state at this revision; absent reads the newest. Throws CompactedError when it is gone. */
  readonly revision?: bigint;
  /** At most so many entries; absent is all. */
  readonly limit?: number;
  /** Only keys after this one, in byte order. */
  readonly after?: string;
}

export interface ListResponse {
  /** In byte order of their keys. */
  readonly entries: Entry[];
  /** The revision that was read. */
  readonly revision: bigint;
  /** Whether entries beyond the limit remain. */
  readonly more: boolean;
  /** How many keys of the prefix lie after those returned. */
  readonly remaining: number;
}

export interface WriteOptions {
  /** Deletes the key when the lease ends. */
  readonly lease?: bigint;
}

/** What a compare-and-swap did. `current` is what stood in its way; absent when the key does not exist. */
export type WriteResult =
  | { readonly ok: true; readonly revision: bigint }
  | { readonly ok: false; readonly current?: Entry; readonly revision: bigint };

export type StoreEvent =
  | {
      readonly type: 'put';
      readonly entry: Entry;
      /** Absent when this write created the key. */
      readonly previous?: Entry;
    }
  | { readonly type: 'delete'; readonly key: string; readonly revision: bigint; readonly previous: Entry };

/**
 * Events of one revision or more, in order; a revision is never split over batches. `revision` is
 * the newest that is wholly delivered. A batch without events is progress: nothing under the
 * prefix changed up to `revision`. Every revision that `currentRevision` answers is reached by
 * every open watch soon after, so that a cache can wait for it.
 */
export interface WatchBatch {
  readonly events: StoreEvent[];
  readonly revision: bigint;
}

export interface StoreReader {
  get(key: string, signal?: AbortSignal): Promise<{ readonly entry?: Entry; readonly revision: bigint }>;
  list(request: ListRequest, signal?: AbortSignal): Promise<ListResponse>;
  /** The newest revision, linearizable. */
  currentRevision(signal?: AbortSignal): Promise<bigint>;
}

/** Writes resolve when they are durable. A write that rejects may or may not have happened. */
export interface StoreWriter {
  /** Fails when the key exists. */
  create(key: string, value: Uint8Array, options?: WriteOptions): Promise<WriteResult>;
  /** Fails when the key is not at `expectedRevision`. */
  update(key: string, value: Uint8Array, expectedRevision: bigint, options?: WriteOptions): Promise<WriteResult>;
  delete(key: string, expectedRevision: bigint): Promise<WriteResult>;
}

export interface StoreWatcher {
  /**
   * Every event of keys under the prefix with a revision above `afterRevision`, once and in
   * order, across reconnects. Throws CompactedError when they are no longer known. Ends when
   * the signal aborts.
   */
  watch(prefix: string, afterRevision: bigint, signal: AbortSignal): AsyncIterable<WatchBatch>;
}

export interface StoreLeases {
  /** A new lease that ends after `ttlSeconds` unless kept alive. */
  grantLease(ttlSeconds: number): Promise<bigint>;
  /** Starts its time to live anew. Rejects with LeaseNotFoundError when it has ended, as does a write that names it. */
  keepLeaseAlive(lease: bigint): Promise<void>;
  /** Ends it now, which deletes its keys. Harmless when it has ended. */
  revokeLease(lease: bigint): Promise<void>;
}

export interface Store extends StoreReader, StoreWriter, StoreWatcher, StoreLeases {
  /**
   * Forgets versions that were superseded at or before `revision`: lists before it and watches
   * after an earlier one throw CompactedError. Harmless when it has been compacted already.
   */
  compact(revision: bigint): Promise<void>;
  /** Ends its watches, waits for writes under way and releases everything. */
  close(): Promise<void>;
}

/** The revision asked for has been compacted. */
export class CompactedError extends Error {
  override readonly name = 'CompactedError';
  constructor(readonly compactRevision: bigint) {
    super(`required revision has been compacted (compacted at ${compactRevision})`);
  }
}

/** The lease has ended or never existed. */
export class LeaseNotFoundError extends Error {
  override readonly name = 'LeaseNotFoundError';
  constructor(readonly lease: bigint) {
    super(`requested lease not found: ${lease}`);
  }
}
