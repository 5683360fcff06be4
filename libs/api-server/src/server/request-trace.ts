import type { IncomingHttpHeaders } from 'node:http';
import { context, ROOT_CONTEXT, type Attributes, type Context, type Span, type Tracer } from '@opentelemetry/api';
import { contextFrom, contextWith, isTracing } from '@skiff/platform';

/** The span of a request, and the context in which the request is answered. */
export interface RequestTrace {
  readonly span: Span;
  readonly active: Context;
}

/** Goes on with the caller's trace, or begins one. */
export function traceRequest(
  tracer: Tracer,
  name: string,
  attributes: Attributes,
  headers: IncomingHttpHeaders,
): RequestTrace {
  if (!isTracing(tracer)) return { span: tracer.startSpan(''), active: ROOT_CONTEXT };
  const parent = contextFrom({
    traceparent: textOf(headers['traceparent']),
    tracestate: textOf(headers['tracestate']),
  });
  const span = tracer.startSpan(name, { attributes }, parent);
  // A trace that is not kept is not handed on either: handing on costs something at every step.
  return { span, active: span.isRecording() ? contextWith(span, parent) : ROOT_CONTEXT };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** Runs what a request asks for, in its trace if that is kept. */
export function runIn<T>({ active }: RequestTrace, run: () => Promise<T>): Promise<T> {
  return active === ROOT_CONTEXT ? run() : context.with(active, run);
}
