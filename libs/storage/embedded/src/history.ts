import { CompactedError, type StoreEvent } from '@skiff/storage';
import { encodeNumber, type StateRecord } from './records';
import type { Snapshot, TableWrite } from './tables';

/** What reads of the past and compaction need to know of a write. */
export interface Change {
  readonly revision: bigint;
  readonly key: string;
  /** The revision of the version that it superseded; 0 when there was none. */
  readonly previous: bigint;
  readonly deleted: boolean;
}

/** All writes since the compacted revision, without their values. */
export class History {
  private changes: Change[] = [];

  constructor(private compactedAt: bigint) {}

  get compacted(): bigint {
    return this.compactedAt;
  }

  get length(): number {
    return this.changes.length;
  }

  add(change: Change): void {
    this.changes.push(change);
  }

  /** Takes in what has just been written. */
  note(event: StoreEvent): void {
    const { key, revision } = event.type === 'put' ? event.entry : event;
    this.add({ revision, key, previous: event.previous?.revision ?? 0n, deleted: event.type === 'delete' });
  }

  /** Takes in what the log has kept, when a store is opened; gives the newest revision. */
  recover(snapshot: Snapshot): bigint {
    for (const { revision, record } of snapshot.logRange(this.compactedAt)) {
      this.add({ revision, key: record.key, previous: record.previous, deleted: record.type === 'delete' });
    }
    return snapshot.revision;
  }

  /** Throws CompactedError when what happened after `revision` is no longer known. */
  check(revision: bigint): void {
    if (revision < this.compactedAt) throw new CompactedError(this.compactedAt);
  }

  /**
   * The keys with `prefix` that changed after `revision`, and the revision of the version that
   * each had at it (0 when it did not exist).
   */
  changedSince(revision: bigint, prefix: string): Map<string, bigint> {
    const versions = new Map<string, bigint>();
    for (let index = this.indexAfter(revision); index < this.changes.length; index++) {
      const change = this.changes[index];
      if (change === undefined || !change.key.startsWith(prefix) || versions.has(change.key)) continue;
      versions.set(change.key, change.previous);
    }
    return versions;
  }

  /** The next step of compacting to `revision`: what to remove, and how far that gets. */
  plan(revision: bigint, limit: number): { writes: TableWrite[]; compacted: bigint; done: boolean } {
    const until = this.indexAfter(revision);
    const step = this.changes.slice(0, Math.min(until, limit));
    const writes: TableWrite[] = [];
    for (const change of step) {
      if (change.previous !== 0n) writes.push({ table: 'log', key: encodeNumber(change.previous) });
      if (change.deleted) writes.push({ table: 'log', key: encodeNumber(change.revision) });
    }
    const done = step.length === until;
    return { writes, compacted: done ? revision : (step.at(-1)?.revision ?? revision), done };
  }

  /** Forgets what a plan has removed. */
  forget(compacted: bigint): void {
    this.changes = this.changes.slice(this.indexAfter(compacted));
    this.compactedAt = compacted;
  }

  private indexAfter(revision: bigint): number {
    let low = 0;
    let high = this.changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const change = this.changes[middle];
      if (change !== undefined && change.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The version of a key that was written at `revision`. */
export function versionAt(snapshot: Snapshot, revision: bigint): StateRecord | undefined {
  const record = snapshot.log(revision);
  if (record?.type !== 'put') return undefined;
  return { revision, createRevision: record.createRevision, lease: 0n, value: record.value };
}
