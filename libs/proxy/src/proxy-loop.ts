import type { Tracer } from '@opentelemetry/api';
import type { corev1, discoveryv1 } from '@skiff/contracts';
import { type Clock, type Logger, pause } from '@skiff/platform';
import type { Proxier, SyncResult } from './nftables/proxier';
import { ServiceChanges, type Source } from './service-changes';

export interface ProxyLoopOptions {
  readonly services: Source<corev1.Service>;
  readonly slices: Source<discoveryv1.EndpointSlice>;
  readonly proxier: Pick<Proxier, 'sync' | 'verify'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer: Tracer;
  /** Least time between two syncs: what changes meanwhile goes together. Default 20 ms. */
  readonly minSyncMilliseconds?: number;
  /** Given, at the begin, what to call when something else that the rules depend on has changed, such as the node's zone. */
  readonly wakeups?: (wake: () => void) => void;
  /** How often to see whether the table is still there. Default 30,000 ms. */
  readonly checkMilliseconds?: number;
  /** Told of each sync that succeeded. */
  readonly synced?: (result: SyncResult, milliseconds: number) => void;
  /** Told of each sync that failed. */
  readonly failed?: () => void;
}

const retryMilliseconds = 1000;

/**
 * Syncs whenever Services or EndpointSlices change, until the signal aborts. A sync that
 * fails is tried again after a second. Start it once the sources have their first list.
 */
export async function runProxyLoop(options: ProxyLoopOptions, signal: AbortSignal): Promise<void> {
  const { services, slices, proxier, clock, logger, tracer } = options;
  const changes = new ServiceChanges(services, slices, tracer);
  options.wakeups?.(() => changes.wake());
  while (!signal.aborted) {
    const timer = clock.after(options.checkMilliseconds ?? 30_000, () => changes.wake());
    await changes.wait(signal);
    timer.cancel();
    if (signal.aborted) return;
    const began = clock.monotonic();
    let failed = true;
    try {
      await proxier.verify();
      const result = await syncOnce(options, changes);
      options.synced?.(result, clock.monotonic() - began);
      if (result.table !== 'unchanged') logger.debug('rules synced', { result: result.table });
      failed = false;
    } catch (error) {
      logger.error('rules could not be synced', { error });
      options.failed?.();
      changes.wake();
    }
    await pause(clock, failed ? retryMilliseconds : (options.minSyncMilliseconds ?? 20), signal);
  }
}

/** The causes are taken together with the objects, in one turn: a change that came between would lose its cause. */
async function syncOnce({ services, slices, proxier }: ProxyLoopOptions, changes: ServiceChanges): Promise<SyncResult> {
  const spans = changes.startSpans();
  try {
    const result = await proxier.sync(services.list(), slices.list());
    spans.succeed(result);
    return result;
  } catch (error) {
    spans.fail(error);
    changes.putBack(spans);
    throw error;
  }
}
