import { isSpanContextValid, trace, TraceFlags, type Attributes } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace-base';

const keep: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const drop: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/**
 * Keeps the trace of a change whole, or drops it whole: a span goes with its parent, and one that others
 * caused goes with them. What nobody caused is for `mayBegin` to say.
 */
export class CausalSampler implements Sampler {
  constructor(private readonly mayBegin: (name: string, attributes: Attributes) => boolean) {}

  shouldSample(...[context, , name, , attributes, links]: Parameters<Sampler['shouldSample']>): SamplingResult {
    const parent = trace.getSpanContext(context);
    if (parent && isSpanContextValid(parent)) return isSampled(parent.traceFlags) ? keep : drop;
    if (links.length > 0) return links.some((link) => isSampled(link.context.traceFlags)) ? keep : drop;
    return this.mayBegin(name, attributes) ? keep : drop;
  }

  toString(): string {
    return 'CausalSampler';
  }
}

function isSampled(flags: number): boolean {
  return (flags & TraceFlags.SAMPLED) !== 0;
}
