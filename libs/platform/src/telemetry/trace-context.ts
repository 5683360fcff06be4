import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanKind,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { contextWith, isTracing } from './off-tracer';

/** W3C trace context as text: how it travels in metadata, HTTP headers and beside stored objects. */
export interface TraceContext {
  traceparent?: string | undefined;
  tracestate?: string | undefined;
}

const propagator = new W3CTraceContextPropagator();

/** The context to hand on, of the active span by default; undefined when nothing is traced. */
export function traceContextOf(from: Context = context.active()): TraceContext | undefined {
  const span = trace.getSpanContext(from);
  if (span === undefined || !isSpanContextValid(span)) return undefined;
  const carrier: TraceContext = {};
  propagator.inject(from, carrier, defaultTextMapSetter);
  return carrier;
}

/** The OpenTelemetry context that continues a handed-on one; the root when absent or malformed. */
export function contextFrom(handedOn: TraceContext | undefined, base: Context = ROOT_CONTEXT): Context {
  if (handedOn?.traceparent === undefined || handedOn.traceparent === '') return base;
  return propagator.extract(base, handedOn, defaultTextMapGetter);
}

/** A link to whoever handed on the context; undefined when it was not traced. */
export function linkFrom(handedOn: TraceContext | undefined): Link | undefined {
  const span = trace.getSpanContext(contextFrom(handedOn));
  return span === undefined || !isSpanContextValid(span) ? undefined : { context: span };
}

/** Whether a context belongs to a trace that is kept. */
export function isSampled(from: Context): boolean {
  return ((trace.getSpanContext(from)?.traceFlags ?? TraceFlags.NONE) & TraceFlags.SAMPLED) !== 0;
}

export interface SpanInput {
  readonly attributes?: Attributes;
  /** Who caused this, across asynchronous hops. */
  readonly causes?: Iterable<TraceContext | undefined>;
  readonly kind?: SpanKind;
  /** The parent; the active context by default. Pass ROOT_CONTEXT for a trace of its own. */
  readonly parent?: Context;
}

/**
 * Runs `body` inside a span that is active meanwhile, so that calls made in it
 * carry it. A throw marks the span failed and goes on to the caller.
 */
export async function withSpan<T>(
  tracer: Tracer,
  name: string,
  input: SpanInput,
  body: (span: Span) => T | Promise<T>,
): Promise<T> {
  if (!isTracing(tracer)) return body(tracer.startSpan(name));
  const parent = input.parent ?? context.active();
  const links = [...(input.causes ?? [])].map(linkFrom).filter((link) => link !== undefined);
  const options = {
    attributes: input.attributes ?? {},
    links,
    ...(input.kind === undefined ? {} : { kind: input.kind }),
  };
  const span = tracer.startSpan(name, options, parent);
  try {
    return await context.with(contextWith(span, parent), body, undefined, span);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    span.recordException(error instanceof Error ? error : message);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    throw error;
  } finally {
    span.end();
  }
}
