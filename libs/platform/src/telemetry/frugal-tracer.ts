import {
  context,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import { offSpan, type SpanBody } from './off-tracer';

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

  readonly startActiveSpan = ((name: string, ...rest: unknown[]) => {
    const body = rest.pop() as SpanBody;
    const [options, parent = context.active()] = rest as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, parent);
    return context.with(trace.setSpan(parent, span), body, undefined, span);
  }) as Tracer['startActiveSpan'];
}
