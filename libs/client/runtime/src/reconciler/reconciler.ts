import {
  context,
  ROOT_CONTEXT,
  SpanStatusCode,
  TraceFlags,
  type Attributes,
  type Link,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { skiffapiv1 } from '@skiff/contracts';
import { isOutage } from '@skiff/apimachinery';
import { Attribute, type Clock, contextWith, isTracing, type Logger, SpanName } from '@skiff/platform';
import type { WorkQueue } from '../queue/work-queue';
import { isOvertaken } from '../retry';

/** What a reconcile came to; it throws to be tried again with back-off. */
export type Result = { readonly done: true } | { readonly requeueAfter: number };

export const done: Result = { done: true };

/** A failure that another try would only repeat. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

export interface ReconcileContext {
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

export interface ReconcilerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly workers: number;
  reconcile(key: string, ctx: ReconcileContext): Promise<Result>;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The writes that led to a key's being queued; its span is linked to them. */
  readonly causes?: TraceCauses;
  /** The kind that the keys name, for the span. */
  readonly objectKind?: string;
}

/** Enough to tell the story; a hot key must not gather thousands. */
const mostLinks = 8;

/** Remembers, for each key, the trace contexts of the writes that queued it. */
export class TraceCauses {
  private readonly byKey = new Map<string, { links: Link[]; reason: string }>();

  note(key: string, reason: string, trace?: skiffapiv1.TraceContext): void {
    const link = trace && toLink(trace);
    const known = this.byKey.get(key);
    if (!known) this.byKey.set(key, { links: link ? [link] : [], reason });
    else if (link && known.links.length < mostLinks) known.links.push(link);
  }

  /** Keeps the causes of a key that failed, so that its next try still shows why it is made. */
  putBack(key: string, { links }: { readonly links: readonly Link[] }): void {
    const known = this.byKey.get(key);
    if (known) known.links.unshift(...links.slice(0, mostLinks - known.links.length));
    else this.byKey.set(key, { links: [...links], reason: 'retry' });
  }

  take(key: string): { links: Link[]; reason: string } {
    const causes = this.byKey.get(key) ?? { links: [], reason: 'retry' };
    this.byKey.delete(key);
    return causes;
  }
}

/** The span that a W3C traceparent names, as a link. */
export function toLink(traceContext: skiffapiv1.TraceContext): Link | undefined {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceContext.traceparent ?? '');
  if (!match?.[1] || !match[2]) return undefined;
  return {
    context: {
      traceId: match[1],
      spanId: match[2],
      traceFlags: match[3] === '01' ? TraceFlags.SAMPLED : TraceFlags.NONE,
    },
  };
}

/** How soon a key comes back that failed because the API server does not answer. */
const outageMilliseconds = 500;

/** Works on keys until the signal aborts. A key that fails comes back after a growing wait. */
export async function runReconciler(options: ReconcilerOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.workers }, () => work(options)));
  options.queue.shutDown();
}

async function work(options: ReconcilerOptions): Promise<void> {
  const { queue, signal } = options;
  while (!signal.aborted) {
    let key: string;
    try {
      key = await queue.get(signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    await reconcileOnce(options, key);
  }
}

async function reconcileOnce(options: ReconcilerOptions, key: string): Promise<void> {
  const { queue, logger, signal, name } = options;
  const causes = options.causes?.take(key) ?? { links: [], reason: '' };
  const span = startSpan(options, key, causes);
  try {
    const run = (): Promise<Result> => options.reconcile(key, { signal, logger: logger.child({ key }) });
    const result = await context.with(contextWith(span, ROOT_CONTEXT), run);
    queue.forget(key);
    if ('requeueAfter' in result) queue.addAfter(key, result.requeueAfter);
  } catch (error) {
    if (signal.aborted) return;
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    // Whoever works from a cache is at times overtaken by its own writes: the next try sees them.
    if (isOvertaken(error)) logger.info('reconciled anew, the object has changed meanwhile', { key, error });
    else logger.warn('reconcile failed', { controller: name, key, error });
    if (!(error instanceof TerminalError)) {
      options.causes?.putBack(key, causes);
      // An outage is not the key's fault, and must not make it late when it is over.
      if (isOutage(error)) queue.addAfter(key, outageMilliseconds);
      else queue.addRateLimited(key);
    }
  } finally {
    span.end();
    queue.done(key);
  }
}

function startSpan(
  { name, tracer, objectKind }: ReconcilerOptions,
  key: string,
  { links, reason }: { readonly links: Link[]; readonly reason: string },
): Span {
  if (!isTracing(tracer)) return tracer.startSpan(name);
  const attributes = attributesOf(key, reason, objectKind);
  return tracer.startSpan(SpanName.reconcile(name), { links, attributes }, ROOT_CONTEXT);
}

function attributesOf(key: string, reason: string, kind: string | undefined): Attributes {
  const slash = key.indexOf('/');
  return {
    ...(kind === undefined ? {} : { [Attribute.objectKind]: kind }),
    ...(slash < 0 ? {} : { [Attribute.objectNamespace]: key.slice(0, slash) }),
    [Attribute.objectName]: key.slice(slash + 1),
    [Attribute.reason]: reason,
  };
}
