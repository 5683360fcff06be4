import { ROOT_CONTEXT, SpanStatusCode, trace, type Link, type Span, type Tracer } from '@opentelemetry/api';
import { keyOf } from '@skiff/client';
import { TraceCauses, type InformerHandler } from '@skiff/client-runtime';
import type { corev1, discoveryv1 } from '@skiff/contracts';
import { Attribute, isTracing, objectAttributes, SpanName } from '@skiff/platform';
import type { SyncResult } from './nftables/proxier';
import type { AddedEndpoint } from './rules/endpoint-changes';
import { serviceNameLabel } from './rules/service-port';

/** What the proxy needs of an informer. */
export interface Source<T> {
  list(): readonly T[];
  subscribe(handler: InformerHandler<T>): unknown;
}

/** The Services that changed since the last sync, and the writes that changed them. */
export class ServiceChanges {
  private readonly causes = new TraceCauses();
  private readonly changed = new Set<string>();
  private isAwake = true;
  private resume: (() => void) | undefined;

  constructor(
    services: Source<corev1.Service>,
    slices: Source<discoveryv1.EndpointSlice>,
    private readonly tracer: Tracer,
  ) {
    services.subscribe(this.handler('service', keyOf));
    slices.subscribe(
      this.handler('endpoint slice', ({ metadata }) =>
        keyOf({ metadata: { ...metadata, name: metadata?.labels?.[serviceNameLabel] ?? '' } }),
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

  /** Begins the spans of a sync: one for each changed Service, linked to the writes behind it. */
  startSpans(): SyncSpans {
    const keys = [...this.changed];
    this.changed.clear();
    const changes: TracedChange[] = [];
    for (const key of keys) {
      const { links, reason } = this.causes.take(key);
      // What nobody's write caused, such as the first list, is not worth a trace of its own.
      if (links.length === 0) continue;
      const slash = key.indexOf('/');
      const metadata = { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
      const attributes = { ...objectAttributes({ kind: 'Service', metadata }), [Attribute.reason]: reason };
      const span = this.tracer.startSpan(SpanName.proxySync, { links, attributes }, ROOT_CONTEXT);
      changes.push({ key, span, links });
    }
    return new SyncSpans(changes, this.tracer);
  }

  /** Has the next sync show the causes of one that failed. */
  putBack(spans: SyncSpans): void {
    for (const { key, links } of spans.changes) {
      this.causes.putBack(key, { links });
      this.changed.add(key);
    }
    this.wake();
  }

  private handler<T>(what: string, keyFor: (object: T) => string): InformerHandler<T> {
    const note =
      (how: string) =>
      (object: T, written?: Parameters<TraceCauses['note']>[2]): void => {
        if (isTracing(this.tracer)) {
          const key = keyFor(object);
          this.causes.note(key, `${what} ${how}`, written);
          this.changed.add(key);
        }
        this.wake();
      };
    const updated = note('updated');
    return {
      added: note('added'),
      updated: (_, object, written) => updated(object, written),
      deleted: note('deleted'),
    };
  }
}

/** A Service that changed, the span of its sync, and the writes that changed it. */
interface TracedChange {
  readonly key: string;
  readonly span: Span;
  readonly links: readonly Link[];
}

/** The spans of one sync: one for each Service that it is about. */
export class SyncSpans {
  private readonly began = new Date();

  constructor(
    readonly changes: readonly TracedChange[],
    private readonly tracer: Tracer,
  ) {}

  succeed({ table, added }: SyncResult): void {
    const spans = new Map(this.changes.map(({ key, span }) => [key, span]));
    for (const each of added) {
      const span = spans.get(`${each.namespace}/${each.service}`);
      if (span !== undefined) this.endpointSpan(span, each);
    }
    for (const span of spans.values()) span.setAttribute(Attribute.result, table).end();
  }

  fail(error: unknown): void {
    for (const { span } of this.changes) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) }).end();
    }
  }

  /** From the begin of the sync until the kernel has the rule. */
  private endpointSpan(parent: Span, { namespace, protocol, endpoint }: AddedEndpoint): void {
    const { address, port, pod } = endpoint;
    const attributes = {
      // Not as the object that the span is about: several pods become endpoints together, and none caused the others.
      ...(pod === undefined ? {} : { [Attribute.endpointPod]: `${namespace}/${pod}` }),
      [Attribute.endpoint]: `${address}:${port}/${protocol}`,
    };
    const options = { attributes, startTime: this.began };
    this.tracer.startSpan(SpanName.proxyEndpoint, options, trace.setSpan(ROOT_CONTEXT, parent)).end();
  }
}
