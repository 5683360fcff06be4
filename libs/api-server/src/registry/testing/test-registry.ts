import { MemoryStore } from '@skiff/storage-memory';
import { FakeClock } from '@skiff/testing';
import type { Logger, Timer } from '@skiff/platform';
import type { WatchBatch } from '@skiff/storage';
import { AdmissionChain } from '../../admission/chain';
import { phasesOf } from '../../admission/phases';
import { apiServerUser } from '../../auth/user';
import type { CacheEvent } from '../../cache/event-log';
import type { CacheWatcher } from '../../cache/cache-watcher';
import type { StatusError } from '@skiff/apimachinery';
import { Registry } from '../registry';
import type { WriteContext } from '../writes/write';

/** A store that knows how many watches of it are open. */
export class CountedStore extends MemoryStore {
  openWatches = 0;

  override async *watch(prefix: string, afterRevision: bigint, signal: AbortSignal): AsyncGenerator<WatchBatch> {
    this.openWatches += 1;
    try {
      yield* super.watch(prefix, afterRevision, signal);
    } finally {
      this.openWatches -= 1;
    }
  }
}

/** A clock that knows how many timers run. */
export class CountedClock extends FakeClock {
  private readonly running = new Set<object>();

  get openTimers(): number {
    return this.running.size;
  }

  override after(milliseconds: number, callback: () => void): Timer {
    const own = {};
    this.running.add(own);
    const timer = super.after(milliseconds, () => {
      this.running.delete(own);
      callback();
    });
    return {
      cancel: () => {
        this.running.delete(own);
        timer.cancel();
      },
    };
  }
}

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

export interface TestRegistry {
  readonly registry: Registry;
  readonly store: CountedStore;
  readonly clock: CountedClock;
  close(): Promise<void>;
}

/** A registry that serves nothing yet, over a store in memory. */
export function testRegistry(): TestRegistry {
  const clock = new CountedClock();
  const store = new CountedStore({ clock, retention: false });
  const serving = new AbortController();
  const registry = new Registry(
    {
      ...{ store, clock, logger: silent, random: () => 0.5 },
      ...{ admission: () => new AdmissionChain(phasesOf([])), hooks: new Map() },
    },
    serving.signal,
  );
  const close = async (): Promise<void> => {
    serving.abort();
    await store.close();
  };
  return { registry, store, clock, close };
}

/** Who writes in tests. */
export const write: WriteContext = { user: apiServerUser, dryRun: false, warn: () => undefined };

/** Keeps what it is told. */
export class RecordingWatcher implements CacheWatcher {
  readonly events: CacheEvent[] = [];
  /** How often it was told that there is no more, and why. */
  readonly ends: (StatusError | undefined)[] = [];

  event(event: CacheEvent): void {
    this.events.push(event);
  }

  end(error?: StatusError): void {
    this.ends.push(error);
  }
}
