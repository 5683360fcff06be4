import { SpanStatusCode, type Link, type Span } from '@opentelemetry/api';
import { hasReason } from '@skiff/apimachinery';
import type { Clock, Logger } from '@skiff/platform';
import { schedulerNameOf, toPodInfo, type PodInfo } from '../snapshot/pod-info';
import type { AssumedPods } from './assumed-pods';
import type { ClusterFeed } from './cluster-feed';
import type { Outcome } from './outcome';
import type { SchedulerMetrics } from './metrics';
import type { Nominations } from './nominations';
import type { PodWriter } from './pod-writer';
import type { SchedulingQueue } from './queue';
import type { Entry } from './queue-entry';

export interface AttemptResultsOptions {
  readonly feed: ClusterFeed;
  readonly queue: SchedulingQueue;
  readonly assumed: AssumedPods;
  readonly nominations: Nominations;
  readonly metrics: SchedulerMetrics;
  readonly writer: PodWriter;
  /** The writes that made pods pending, by the pods' keys. */
  readonly links: Map<string, Link>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Acts on what became of an attempt to place a pod: events, conditions, metrics, the pod's way in the queue. */
export class AttemptResults {
  constructor(private readonly options: AttemptResultsOptions) {}

  /** The API server has taken the binding. */
  bound(entry: Entry, node: string, message: string, started: number): void {
    const { clock } = this.options;
    const pod = entry.info;
    this.options.assumed.finish(pod.key);
    this.options.links.delete(pod.key);
    this.options.writer.event(pod, 'Normal', 'Scheduled', message);
    this.options.logger.debug('bound', { pod: pod.key, node });
    this.observe('scheduled', pod, started);
    this.options.metrics.podScheduling.observe({ attempts: entry.attempts }, (clock.now() - entry.firstSeen) / 1_000);
  }

  /** A binding that failed is taken back, and the pod tried again after a while. */
  bindFailed(entry: Entry, error: unknown, span: Span): void {
    const pod = entry.info;
    span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
    this.options.assumed.forget(pod.key);
    this.options.metrics.attempts.inc({ result: 'error', profile: schedulerNameOf(pod) });
    if (hasReason(error, 'NotFound') || hasReason(error, 'Conflict')) {
      this.options.logger.info('a pod changed while it was being bound', { pod: pod.key, error });
    } else {
      this.options.logger.warn('binding failed', { pod: pod.key, error });
      this.options.writer.failed(
        pod,
        'SchedulerError',
        error instanceof Error ? error.message : String(error),
        undefined,
      );
    }
    const current = this.options.feed.pod(pod.key);
    if (current && current.metadata?.uid === pod.uid && !current.spec?.nodeName) {
      entry.info = toPodInfo(current);
      this.options.queue.setBackoff(entry);
    }
    this.options.queue.moveOn({ resource: 'Pod', action: 'delete', pod });
  }

  /** No node would take the pod: it waits for a change that may help, or for its victims to go. */
  refused(entry: Entry, outcome: Extract<Outcome, { kind: 'unschedulable' }>, started: number): void {
    const pod = entry.info;
    const { preemption, message } = outcome;
    this.options.queue.setUnschedulable(entry, outcome.plugins);
    if (preemption) this.options.metrics.preemptionAttempts.inc();
    const nominated = preemption?.nominatedNode;
    if (nominated) {
      this.options.nominations.set(pod, nominated);
      this.options.metrics.preemptionVictims.observe(preemption?.victims?.length ?? 0);
      for (const victim of preemption?.victims ?? []) this.options.writer.preempt(victim, pod, nominated);
    }
    this.options.writer.failed(pod, 'Unschedulable', message, nominated);
    this.observe('unschedulable', pod, started);
  }

  private observe(result: string, pod: PodInfo, started: number): void {
    const labels = { result, profile: schedulerNameOf(pod) };
    this.options.metrics.attempts.inc(labels);
    this.options.metrics.attemptDuration.observe(labels, (this.options.clock.monotonic() - started) / 1_000);
  }
}
