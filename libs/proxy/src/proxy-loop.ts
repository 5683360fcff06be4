import { ROOT_CONTEXT, SpanStatusCode, type Span, type Tracer } from '@opentelemetry/api';
import { keyOf, TraceCauses, type InformerHandler } from '@skiff/client';
import type { corev1, discoveryv1 } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { ApplyResult } from './nftables/applied-table';
import type { Proxier } from './nftables/proxier';
import { SERVICE_NAME_LABEL } from './rules/service-port';

/** What the proxy needs of an informer. */
export interface Source<T> {
  list(): readonly T[];
  subscribe(handler: InformerHandler<T>): unknown;
}

export interface ProxyLoopOptions {
  readonly services: Source<corev1.Service>;
  readonly slices: Source<discoveryv1.EndpointSlice>;
  readonly proxier: Pick<Proxier, 'sync' | 'verify'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer: Tracer;
  /** Least time between two syncs: what changes meanwhile goes together. Default 20 ms. */
  readonly minSyncMilliseconds?: number;
  /** How often to see whether the table is still there. Default 30,000 ms. */
  readonly checkMilliseconds?: number;
  /** Told of each sync that succeeded. */
  readonly synced?: (result: ApplyResult) => void;
}

const RETRY_MILLISECONDS = 1000;

/**
 * Syncs whenever Services or EndpointSlices change, until the signal aborts. A sync that
 * fails is tried again after a second. Start it once the sources have their first list.
 */
export async function runProxyLoop(options: ProxyLoopOptions, signal: AbortSignal): Promise<void> {
  const { proxier, clock, logger } = options;
  const changes = new Changes(options);
  while (!signal.aborted) {
    const timer = clock.after(options.checkMilliseconds ?? 30_000, () => changes.wake());
    await changes.wait(signal);
    timer.cancel();
    if (signal.aborted) return;
    const spans = changes.startSpans();
    let failed = true;
    try {
      await proxier.verify();
      const result = await proxier.sync(options.services.list(), options.slices.list());
      for (const span of spans) span.setAttribute('skiff.result', result);
      options.synced?.(result);
      if (result !== 'unchanged') logger.debug('rules synced', { result });
      failed = false;
    } catch (error) {
      logger.error('rules could not be synced', { error });
      for (const span of spans) span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
      changes.wake();
    } finally {
      for (const span of spans) span.end();
    }
    await pause(clock, failed ? RETRY_MILLISECONDS : (options.minSyncMilliseconds ?? 20), signal);
  }
}

async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(milliseconds, signal).catch(() => undefined);
}

/** The Services that changed since the last sync, and the writes that changed them. */
class Changes {
  private readonly causes = new TraceCauses();
  private readonly changed = new Set<string>();
  private readonly tracer: Tracer;
  private isAwake = true;
  private resume: (() => void) | undefined;

  constructor({ services, slices, tracer }: ProxyLoopOptions) {
    this.tracer = tracer;
    services.subscribe(this.handler('service', keyOf));
    slices.subscribe(
      this.handler('endpoint slice', ({ metadata }) =>
        keyOf({ metadata: { ...metadata, name: metadata?.labels?.[SERVICE_NAME_LABEL] ?? '' } }),
      ),
    );
  }

  wake(): void {
    this.isAwake = true;
    this.resume?.();
  }

  /** Resolves when something is to be done, or the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (!this.isAwake && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.resume = done;
        signal.addEventListener('abort', done, { once: true });
      });
      this.resume = undefined;
    }
    this.isAwake = false;
  }

  /** A span for each changed Service, linked to the writes behind it; the caller ends them. */
  startSpans(): Span[] {
    const keys = [...this.changed];
    this.changed.clear();
    return keys.map((key) => {
      const { links, reason } = this.causes.take(key);
      const attributes = { 'skiff.key': key, 'skiff.reason': reason };
      return this.tracer.startSpan('program service', { links, attributes }, ROOT_CONTEXT);
    });
  }

  private handler<T>(what: string, keyFor: (object: T) => string): InformerHandler<T> {
    const note =
      (how: string) =>
      (object: T, trace?: Parameters<TraceCauses['note']>[2]): void => {
        const key = keyFor(object);
        this.causes.note(key, `${what} ${how}`, trace);
        this.changed.add(key);
        this.wake();
      };
    const updated = note('updated');
    return { added: note('added'), updated: (_, object, trace) => updated(object, trace), deleted: note('deleted') };
  }
}
