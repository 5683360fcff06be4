import { unknownResource, type StoredKinds } from '@skiff/apimachinery';
import type { Clock, Logger } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import type { Freshness } from '../cache/freshness';
import { RecordCodec } from '../cache/record';
import { WatchCache } from '../cache/watch-cache';
import type { WindowBudget } from '../cache/window-budget';

export interface StorageParts {
  readonly store: Store;
  readonly freshness: Freshness;
  /** What the windows of events of all resources may take together. */
  readonly budget: WindowBudget;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The objects of a resource as they are stored: once, in however many versions and groups they are served. */
export class StoredResource {
  readonly records: RecordCodec;
  readonly cache: WatchCache;

  /**
   * @param prefix all keys of the resource begin with it.
   */
  constructor(
    readonly prefix: string,
    kinds: StoredKinds,
    private readonly parts: StorageParts,
  ) {
    const { store, budget, clock, logger } = parts;
    this.records = new RecordCodec(kinds);
    this.cache = new WatchCache({ store, records: this.records, prefix, budget, clock, logger });
  }

  /** Makes the cache as new as every write acknowledged before, and answers that revision. */
  async refresh(): Promise<bigint> {
    const revision = await this.parts.freshness.currentRevision();
    await this.cache.reached(revision);
    return revision;
  }

  /** Follows the store no longer; what is known can still be read. */
  stop(): void {
    this.cache.stop();
  }

  /** Lets go of everything that it held. What still reads it finds that the resource is not served. */
  close(): void {
    this.cache.close(unknownResource());
  }
}
