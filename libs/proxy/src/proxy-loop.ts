import type { corev1, discoveryv1 } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { Proxier } from './nftables/proxier';

/** What the proxy needs of an informer. */
export interface Source<T> {
  list(): readonly T[];
  subscribe(handlers: { added(): void; updated(): void; deleted(): void }): unknown;
}

export interface ProxyLoopOptions {
  readonly services: Source<corev1.Service>;
  readonly slices: Source<discoveryv1.EndpointSlice>;
  readonly proxier: Pick<Proxier, 'sync' | 'verify'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Least time between two syncs: what changes meanwhile goes together. Default 20 ms. */
  readonly minSyncMilliseconds?: number;
  /** How often to see whether the table is still there. Default 30,000 ms. */
  readonly checkMilliseconds?: number;
  /** Told of each sync that succeeded. */
  readonly synced?: () => void;
}

const RETRY_MILLISECONDS = 1000;

/**
 * Syncs whenever Services or EndpointSlices change, until the signal aborts. A sync that
 * fails is tried again after a second. Start it once the sources have their first list.
 */
export async function runProxyLoop(options: ProxyLoopOptions, signal: AbortSignal): Promise<void> {
  const { services, slices, proxier, clock, logger } = options;
  const dirty = new Wakeup();
  const mark = { added: () => dirty.set(), updated: () => dirty.set(), deleted: () => dirty.set() };
  services.subscribe(mark);
  slices.subscribe(mark);
  dirty.set();
  while (!signal.aborted) {
    const timer = clock.after(options.checkMilliseconds ?? 30_000, () => dirty.set());
    await dirty.wait(signal);
    timer.cancel();
    if (signal.aborted) return;
    try {
      await proxier.verify();
      const result = await proxier.sync(services.list(), slices.list());
      options.synced?.();
      if (result !== 'unchanged') logger.debug('rules synced', { result });
      await pause(clock, options.minSyncMilliseconds ?? 20, signal);
    } catch (error) {
      logger.error('rules could not be synced', { error });
      dirty.set();
      await pause(clock, RETRY_MILLISECONDS, signal);
    }
  }
}

async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(milliseconds, signal).catch(() => undefined);
}

/** A flag that one waits for and many set. */
class Wakeup {
  private isSet = false;
  private wake: (() => void) | undefined;

  set(): void {
    this.isSet = true;
    this.wake?.();
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (!this.isSet && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      this.wake = undefined;
    }
    this.isSet = false;
  }
}
