import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { isSpanContextValid, trace, TraceFlags } from '@opentelemetry/api';
import {
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../clock/clock';

export interface CausalSamplerOptions {
  /** The share of new traces that are kept, 0 to 1. */
  readonly share: number;
  /** New traces of one operation that are kept a second in the long run; 0 is no limit. */
  readonly perSecond: number;
  readonly clock: Clock;
}

const keep: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const drop: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** What an operation may use at once, in seconds of its rate. */
const burstSeconds = 50;
/** Methods of HTTP/2 are what a client makes of them; beyond this many, operations share one budget. */
const maxOperations = 64;

/**
 * Keeps the trace of a change whole, or drops it whole: a span goes with its parent, and
 * one that others caused goes with them. What nobody caused is kept as long as its kind
 * stays within a rate, so that a busy service pays no more for its traces than an idle one.
 */
export class CausalSampler implements Sampler {
  private readonly share: TraceIdRatioBasedSampler;
  private readonly budgets = new Map<string, Budget>();

  constructor(private readonly options: CausalSamplerOptions) {
    this.share = new TraceIdRatioBasedSampler(options.share);
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    _kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const parent = trace.getSpanContext(context);
    if (parent && isSpanContextValid(parent)) return isSampled(parent.traceFlags) ? keep : drop;
    if (links.length > 0) return links.some((link) => isSampled(link.context.traceFlags)) ? keep : drop;
    const result = this.share.shouldSample(context, traceId);
    return result.decision !== SamplingDecision.NOT_RECORD && this.budgetOf(operationOf(name, attributes))
      ? keep
      : drop;
  }

  toString(): string {
    return `CausalSampler{share=${this.options.share},perSecond=${this.options.perSecond}}`;
  }

  private budgetOf(operation: string): boolean {
    const { perSecond, clock } = this.options;
    if (perSecond === 0) return true;
    const name = this.budgets.has(operation) || this.budgets.size < maxOperations ? operation : '';
    let budget = this.budgets.get(name);
    if (!budget) this.budgets.set(name, (budget = new Budget(perSecond, clock)));
    return budget.take();
  }
}

/** A token bucket. */
class Budget {
  private left: number;
  private at: number;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {
    this.left = perSecond * burstSeconds;
    this.at = clock.monotonic();
  }

  take(): boolean {
    const now = this.clock.monotonic();
    this.left = Math.min(this.perSecond * burstSeconds, this.left + ((now - this.at) / 1_000) * this.perSecond);
    this.at = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}

/** Requests are told apart by their method, since the names of their spans are without number. */
function operationOf(name: string, attributes: Attributes): string {
  const method = attributes['http.request.method'] ?? attributes['rpc.method'];
  return typeof method === 'string' ? method : name;
}

function isSampled(flags: number): boolean {
  return (flags & TraceFlags.SAMPLED) !== 0;
}
