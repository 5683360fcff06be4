import { setImmediate as nextTurn } from 'node:timers/promises';
import { context, type Link, type Tracer } from '@opentelemetry/api';
import type { Client } from '@skiff/client';
import { EventRecorder, toLink } from '@skiff/client-runtime';
import type { corev1, skiffapiv1, skiffschedulerv1 } from '@skiff/contracts';
import {
  Attribute,
  type Clock,
  contextWith,
  isTracing,
  type Logger,
  objectAttributes,
  pause,
  SpanName,
} from '@skiff/platform';
import { defaultSchedulerConfig, type SchedulerConfig } from '../config/scheduler-config';
import type { ClusterEvent } from '../framework/cluster-event';
import type { PluginContext } from '../framework/plugin';
import { ClusterState } from '../snapshot/cluster-state';
import { schedulerNameOf, type PodInfo } from '../snapshot/pod-info';
import { AssumedPods } from './assumed-pods';
import { AttemptResults } from './attempt-results';
import { BatchBinder } from './batch-binder';
import { bindChosen } from './binding';
import { ClusterFeed, type FeedHandler } from './cluster-feed';
import { runCycle } from './cycle';
import { Decisions } from './decisions';
import type { SchedulerMetrics } from './metrics';
import { matters } from './node-changes';
import { Nominations } from './nominations';
import { PodWriter } from './pod-writer';
import { buildProfile, type PluginRegistry, type Profile } from './profile';
import { SchedulingQueue, type Entry } from './queue';
import { describeOutcome } from './schedule-span';
import type { CycleInput } from './search';

export interface SchedulerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer: Tracer;
  /** Shared by all schedulers of a process, of which one runs at a time. */
  readonly metrics: SchedulerMetrics;
  readonly config?: SchedulerConfig;
  readonly plugins?: PluginRegistry;
  readonly random: () => number;
}

/** How long cycles run before events and answers get their turn, in milliseconds. */
const sliceMilliseconds = 10;

/** Places pods: takes them from the queue, decides in a pure cycle, binds in batches. */
export class Scheduler implements FeedHandler {
  readonly state = new ClusterState();
  readonly queue: SchedulingQueue;
  readonly decisions = new Decisions();
  private readonly feed: ClusterFeed;
  private readonly profiles: ReadonlyMap<string, Profile>;
  private readonly input: CycleInput;
  private readonly nominations = new Nominations();
  private readonly assumed: AssumedPods;
  private readonly metrics: SchedulerMetrics;
  private readonly results: AttemptResults;
  private readonly links = new Map<string, Link>();
  private awaken: () => void = () => undefined;
  private readonly inFlight = new Set<Promise<void>>();

  constructor(private readonly options: SchedulerOptions) {
    const { client, clock, logger, tracer, random, config = defaultSchedulerConfig } = options;
    this.feed = new ClusterFeed({ client, clock, logger });
    const binder = new BatchBinder(client, tracer, (size) => this.metrics.bindBatch.observe(size));
    const pluginContext: PluginContext = {
      state: this.state,
      objects: this.feed,
      clock,
      random,
      bindPod: (pod, node) => binder.bind(pod, node),
    };
    this.profiles = new Map(
      config.profiles.map((profile) => [profile.schedulerName, buildProfile(profile, pluginContext, options.plugins)]),
    );
    this.input = {
      state: this.state,
      nominations: this.nominations,
      random,
      percentageOfNodesToScore: config.percentageOfNodesToScore,
      cursor: 0,
    };
    const [first] = this.profiles.values();
    this.queue = new SchedulingQueue({
      clock,
      less: (a, b) => first?.queueSort.less(a, b) ?? false,
      gate: (pod) => this.gate(pod),
      hintOf: (pod, plugin) => this.profileOf(pod)?.plugins.get(plugin)?.queueingHint,
      wake: () => this.awaken(),
      initialBackoff: config.podInitialBackoffSeconds * 1_000,
      maxBackoff: config.podMaxBackoffSeconds * 1_000,
    });
    this.metrics = options.metrics;
    this.metrics.sizes = () => this.queue.sizes();
    this.assumed = new AssumedPods(this.state, clock);
    const recorder = (name: string): EventRecorder => new EventRecorder(client, { component: name, clock, logger });
    const recorders = new Map([...this.profiles.keys()].map((name) => [name, recorder(name)]));
    const writer = new PodWriter(client, (pod) => recorders.get(schedulerNameOf(pod)), clock, logger);
    const { feed, queue, assumed, nominations, metrics, links } = this;
    this.results = new AttemptResults({ feed, queue, assumed, nominations, metrics, writer, links, clock, logger });
  }

  /** Schedules until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    await this.feed.start(this, signal);
    this.options.logger.info('scheduling', { profiles: [...this.profiles.keys()], nodes: this.state.nodes.length });
    const ticking = this.tickUntil(signal);
    while (!signal.aborted) {
      const until = clock.monotonic() + sliceMilliseconds;
      let entry: Entry | undefined;
      while (clock.monotonic() < until && (entry = this.queue.pop())) this.scheduleOne(entry, signal);
      await nextTurn();
      if (this.queue.sizes().active === 0) await this.idle(signal);
    }
    await Promise.allSettled(this.inFlight);
    await ticking;
  }

  /** Why a pod is where it is, or pending; undefined when nothing has been decided lately. */
  explain(namespace: string, name: string): skiffschedulerv1.ExplainResponse | undefined {
    return this.decisions.get(`${namespace}/${name}`);
  }

  podPending(pod: PodInfo, old: PodInfo | undefined, written: skiffapiv1.TraceContext | undefined): void {
    if (!this.profileOf(pod)) return;
    if (this.assumed.has(pod)) return;
    const link = written && isTracing(this.options.tracer) ? toLink(written) : undefined;
    if (link && !this.links.has(pod.key)) this.links.set(pod.key, link);
    if (pod.terminating) return this.leaveQueue(pod.key);
    const nominated = pod.pod.status?.nominatedNodeName;
    if (nominated) this.nominations.set(pod, nominated);
    if (old) this.queue.update(pod, old);
    else this.queue.add(pod);
  }

  podPlaced(pod: PodInfo, node: string, old: PodInfo | undefined): void {
    const wasPlaced = old?.pod.spec?.nodeName !== undefined;
    this.assumed.confirm(pod.key);
    this.state.addPod(pod, node);
    this.leaveQueue(pod.key);
    this.queue.moveOn({ resource: 'Pod', action: wasPlaced ? 'update' : 'add', pod, ...(old ? { old } : {}) });
  }

  podGone(pod: PodInfo): void {
    const placed = this.state.placeOf(pod.key) !== undefined;
    this.assumed.confirm(pod.key);
    this.state.removePod(pod.key);
    this.leaveQueue(pod.key);
    this.decisions.forget(pod.key);
    if (placed) this.queue.moveOn({ resource: 'Pod', action: 'delete', pod });
  }

  nodeChanged(node: corev1.Node, old: corev1.Node | undefined): void {
    this.state.setNode(node);
    this.metrics.cacheSize.set({ type: 'nodes' }, this.state.nodes.length);
    if (!old || matters(old, node))
      this.queue.moveOn({ resource: 'Node', action: old ? 'update' : 'add', node, ...(old ? { old } : {}) });
  }

  nodeGone(node: corev1.Node): void {
    this.state.removeNode(node.metadata?.name ?? '');
    this.queue.moveOn({ resource: 'Node', action: 'delete', node });
  }

  namespaceChanged(name: string, labels: Readonly<Record<string, string>> | undefined): void {
    this.state.setNamespace(name, labels);
    this.queue.moveOn({ resource: 'Namespace', action: labels ? 'update' : 'delete' });
  }

  otherChanged(event: ClusterEvent): void {
    this.queue.moveOn(event);
  }

  private scheduleOne(entry: Entry, signal: AbortSignal): void {
    const { clock, tracer } = this.options;
    const pod = entry.info;
    const profile = this.profileOf(pod);
    if (!profile || this.state.placeOf(pod.key) !== undefined) return;
    const link = this.links.get(pod.key);
    const span = isTracing(tracer)
      ? tracer.startSpan(SpanName.schedulePod, {
          attributes: { ...objectAttributes(pod.pod, 'Pod'), [Attribute.attempt]: entry.attempts },
          ...(link ? { links: [link] } : {}),
        })
      : tracer.startSpan('');
    const started = clock.monotonic();
    const outcome = runCycle(profile, this.input, pod);
    this.metrics.algorithmDuration.observe((clock.monotonic() - started) / 1_000);
    describeOutcome(span, outcome);
    if (outcome.kind === 'chosen') {
      this.assumed.assume(pod, outcome.node);
      this.nominations.remove(pod.key);
      const message = `Successfully assigned ${pod.key} to ${outcome.node}`;
      this.decisions.record(pod.key, outcome, message, clock.now());
      const binding = context
        .with(contextWith(span), () => bindChosen(profile, outcome, pod, signal))
        .then((problem) => {
          if (problem) throw new Error(problem.reasons.join(', '));
          this.results.bound(entry, outcome.node, message, started);
        })
        .catch((error: unknown) => this.results.bindFailed(entry, error, span))
        .finally(() => {
          span.end();
          this.inFlight.delete(binding);
        });
      this.inFlight.add(binding);
    } else {
      this.decisions.record(pod.key, outcome, outcome.message, clock.now());
      context.with(contextWith(span), () => this.results.refused(entry, outcome, started));
      span.end();
    }
  }

  private leaveQueue(key: string): void {
    this.queue.remove(key);
    this.nominations.remove(key);
    this.links.delete(key);
  }

  private profileOf(pod: PodInfo): Profile | undefined {
    return this.profiles.get(schedulerNameOf(pod));
  }

  private gate(pod: PodInfo): ReturnType<ConstructorParameters<typeof SchedulingQueue>[0]['gate']> {
    for (const plugin of this.profileOf(pod)?.preEnqueue ?? []) {
      const rejection = plugin.preEnqueue(pod);
      if (rejection) return { plugin: plugin.name, rejection };
    }
    return undefined;
  }

  private async tickUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.options.clock, 1_000, signal);
      if (signal.aborted) return;
      this.queue.tick();
      for (const key of this.assumed.expire())
        this.options.logger.warn('a binding was never confirmed; the pod is looked at anew', { pod: key });
    }
  }

  private idle(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        this.awaken = () => undefined;
        resolve();
      };
      this.awaken = end;
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    });
  }
}
