import {
  context,
  INVALID_SPAN_CONTEXT,
  trace,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';

/** The one span of whoever does not trace: it records nothing and never changes. */
export const offSpan: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** Traces nothing, and makes no object for it: what OpenTelemetry's own no-op makes is a new span each time. */
class OffTracer implements Tracer {
  startSpan(): Span {
    return offSpan;
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, options: SpanOptions, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    parent: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(_name: string, ...rest: unknown[]): ReturnType<F> {
    const body = rest[rest.length - 1] as F;
    return body(offSpan) as ReturnType<F>;
  }
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
