import { context, INVALID_SPAN_CONTEXT, trace, type Context, type Span, type Tracer } from '@opentelemetry/api';

/** The one span of whoever does not trace: it records nothing and never changes. */
export const offSpan: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** What runs within a span. */
export type SpanBody = (span: Span) => unknown;

/** Traces nothing, and makes no object for it: what OpenTelemetry's own no-op makes is a new span each time. */
class OffTracer implements Tracer {
  startSpan(): Span {
    return offSpan;
  }

  readonly startActiveSpan = ((_name: string, ...rest: unknown[]) =>
    (rest[rest.length - 1] as SpanBody)(offSpan)) as Tracer['startActiveSpan'];
}

/** What a service without an endpoint for its spans is given. */
export const offTracer: Tracer = new OffTracer();

/** Whether spans of this tracer may go anywhere. Ask before preparing what only a span needs. */
export function isTracing(tracer: Tracer): boolean {
  return tracer !== offTracer;
}

/** The context with a span in it; the same context for a span that records nothing. */
export function contextWith(span: Span, parent: Context = context.active()): Context {
  return span === offSpan ? parent : trace.setSpan(parent, span);
}
