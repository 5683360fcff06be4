import { EventWindow, type Entry, type StoreEvent } from '@skiff/storage';
import { SortedMap } from './sorted-map';

export interface MemoryDataOptions {
  /** How many bytes of history to keep for watches and reads of the past, beside the newest writes. Default 64 MiB. */
  readonly historyBytes?: number;
}

/** A key as it is now. */
interface Stored {
  readonly entry: Entry;
  /** The lease that it ends with; 0 is none. */
  readonly lease: bigint;
}

interface LeaseRecord {
  readonly ttlSeconds: number;
  readonly keys: Set<string>;
}

/** History is bounded by its bytes and its age, and by this many events only for want of another bound. */
const historyEvents = 1_000_000;

/** What a store in memory holds. It outlives the store, as files would, and serves one after another. */
export class MemoryData {
  readonly state = new SortedMap<Stored>();
  readonly leases = new Map<bigint, LeaseRecord>();
  /** All that is known of the past, and what watchers follow. */
  readonly history: EventWindow;
  /** The revision of the newest write. */
  revision = 0n;
  private lastLease = 0n;

  constructor({ historyBytes = 64 << 20 }: MemoryDataOptions = {}) {
    this.history = new EventWindow(this.revision, historyEvents, historyBytes);
  }

  put(key: string, value: Uint8Array, lease: bigint): StoreEvent {
    const previous = this.detach(key);
    this.revision += 1n;
    const { revision } = this;
    const entry = { key, value, revision, createRevision: previous?.createRevision ?? revision };
    this.state.set(key, { entry, lease });
    this.leases.get(lease)?.keys.add(key);
    return { type: 'put', entry, ...(previous === undefined ? {} : { previous }) };
  }

  /** Deletes a key that is there. */
  delete(key: string): StoreEvent {
    const previous = this.detach(key);
    if (previous === undefined) throw new Error(`${key} is not there to be deleted`);
    this.revision += 1n;
    this.state.delete(key);
    return { type: 'delete', key, revision: this.revision, previous };
  }

  grantLease(ttlSeconds: number): bigint {
    this.lastLease += 1n;
    this.leases.set(this.lastLease, { ttlSeconds, keys: new Set() });
    return this.lastLease;
  }

  /** Takes the key off its lease; its entry, if there is one. */
  private detach(key: string): Entry | undefined {
    const stored = this.state.get(key);
    if (stored !== undefined) this.leases.get(stored.lease)?.keys.delete(key);
    return stored?.entry;
  }
}
