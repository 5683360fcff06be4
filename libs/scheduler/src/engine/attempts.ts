import { context, type Link, type Span, type Tracer } from '@opentelemetry/api';
import { Attribute, contextWith, isTracing, objectAttributes, SpanName, type Clock } from '@skiff/platform';
import type { PodInfo } from '../snapshot/pod-info';
import type { AssumedPods } from './assumed-pods';
import type { AttemptResults } from './attempt-results';
import { bindChosen } from './binding';
import { runCycle } from './cycle';
import type { Decisions } from './decisions';
import type { SchedulerMetrics } from './metrics';
import type { Nominations } from './nominations';
import type { Outcome } from './outcome';
import type { Profile } from './profile';
import type { Entry } from './queue-entry';
import { describeOutcome } from './schedule-span';
import type { CycleInput } from './search';

export interface AttemptsParts {
  /** State of the cluster that cycles decide by. */
  readonly input: CycleInput;
  readonly assumed: AssumedPods;
  readonly nominations: Nominations;
  readonly decisions: Decisions;
  readonly results: AttemptResults;
  readonly metrics: SchedulerMetrics;
  /** The writes that made pods pending, by the pods' keys. */
  readonly links: ReadonlyMap<string, Link>;
  readonly clock: Clock;
  readonly tracer: Tracer;
}

type Chosen = Extract<Outcome, { kind: 'chosen' }>;

/** Attempts to place pods: decides in a pure cycle, and binds beside the next cycles. */
export class Attempts {
  private readonly inFlight = new Set<Promise<void>>();

  constructor(private readonly parts: AttemptsParts) {}

  /** Decides where a pod goes; what is decided is bound later. */
  start(profile: Profile, entry: Entry, signal: AbortSignal): void {
    const { clock, decisions, input, metrics, results } = this.parts;
    const pod = entry.info;
    const span = this.startSpan(entry);
    const started = clock.monotonic();
    const outcome = runCycle(profile, input, pod);
    metrics.algorithmDuration.observe((clock.monotonic() - started) / 1_000);
    describeOutcome(span, outcome);
    if (outcome.kind === 'chosen') {
      this.bind(profile, entry, outcome, { span, started, signal });
      return;
    }
    decisions.record(pod.key, outcome, outcome.message, clock.now());
    context.with(contextWith(span), () => results.refused(entry, outcome, started));
    span.end();
  }

  /** Resolves when no binding is on its way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.inFlight);
  }

  private bind(
    profile: Profile,
    entry: Entry,
    outcome: Chosen,
    { span, started, signal }: { readonly span: Span; readonly started: number; readonly signal: AbortSignal },
  ): void {
    const { clock, decisions, results } = this.parts;
    const pod = entry.info;
    this.assume(pod, outcome.node);
    const message = `Successfully assigned ${pod.key} to ${outcome.node}`;
    decisions.record(pod.key, outcome, message, clock.now());
    const binding = context
      .with(contextWith(span), () => bindChosen(profile, outcome, pod, signal))
      .then((problem) => {
        if (problem) throw new Error(problem.reasons.join(', '));
        results.bound(entry, outcome.node, message, started);
      })
      .catch((error: unknown) => results.bindFailed(entry, error, span))
      .finally(() => {
        span.end();
        this.inFlight.delete(binding);
      });
    this.inFlight.add(binding);
  }

  /** The next cycles count the pod on its node already. */
  private assume(pod: PodInfo, node: string): void {
    this.parts.assumed.assume(pod, node);
    this.parts.nominations.remove(pod.key);
  }

  private startSpan({ attempts, info }: Entry): Span {
    const { links, tracer } = this.parts;
    if (!isTracing(tracer)) return tracer.startSpan('');
    const link = links.get(info.key);
    return tracer.startSpan(SpanName.schedulePod, {
      attributes: { ...objectAttributes(info.pod, 'Pod'), [Attribute.attempt]: attempts },
      ...(link ? { links: [link] } : {}),
    });
  }
}
