import {
  context,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import { offSpan } from './off-tracer';

/**
 * Makes no span for a trace that is not to begin: what OpenTelemetry makes in its place has an identity of
 * its own, which costs a fast request a few percent. Nobody learns of such a trace, so who is called in it
 * decides anew.
 */
export class FrugalTracer implements Tracer {
  constructor(
    private readonly tracer: Tracer,
    private readonly mayBegin: (name: string, attributes?: Attributes) => boolean,
  ) {}

  startSpan(name: string, options: SpanOptions = {}, parent: Context = context.active()): Span {
    const begins = options.root === true || trace.getSpanContext(parent) === undefined;
    if (begins && !options.links?.length && !this.mayBegin(name, options.attributes)) return offSpan;
    return this.tracer.startSpan(name, options, parent);
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, options: SpanOptions, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    parent: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const body = rest.pop() as F;
    const [options, parent = context.active()] = rest as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, parent);
    return context.with(trace.setSpan(parent, span), body as (span: Span) => ReturnType<F>, undefined, span);
  }
}
