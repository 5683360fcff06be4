import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Link, Tracer } from '@opentelemetry/api';
import type { Client } from '@skiff/client';
import { EventRecorder } from '@skiff/client-runtime';
import type { skiffschedulerv1 } from '@skiff/contracts';
import { type Clock, type Logger, pause } from '@skiff/platform';
import { defaultSchedulerConfig, type SchedulerConfig } from '../config/scheduler-config';
import type { PluginContext } from '../framework/plugin';
import { ClusterState } from '../snapshot/cluster-state';
import { schedulerNameOf, type PodInfo } from '../snapshot/pod-info';
import { AssumedPods } from './assumed-pods';
import { AttemptResults } from './attempt-results';
import { Attempts } from './attempts';
import { BatchBinder } from './batch-binder';
import { ClusterChanges } from './cluster-changes';
import { ClusterFeed } from './cluster-feed';
import { Decisions } from './decisions';
import type { SchedulerMetrics } from './metrics';
import { Nominations } from './nominations';
import { PodWriter } from './pod-writer';
import { buildProfile, type PluginRegistry, type Profile } from './profile';
import { SchedulingQueue } from './queue';
import type { Entry } from './queue-entry';
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
export class Scheduler {
  readonly state = new ClusterState();
  readonly queue: SchedulingQueue;
  readonly decisions = new Decisions();
  private readonly feed: ClusterFeed;
  private readonly profiles: ReadonlyMap<string, Profile>;
  private readonly input: CycleInput;
  private readonly nominations = new Nominations();
  private readonly assumed: AssumedPods;
  private readonly metrics: SchedulerMetrics;
  private readonly changes: ClusterChanges;
  private readonly attempts: Attempts;
  private awaken: () => void = () => undefined;

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
    const { feed, queue, assumed, nominations, metrics, state, decisions, input } = this;
    const links = new Map<string, Link>();
    const shared = { assumed, decisions, links, metrics, nominations, tracer };
    const isMine = (pod: PodInfo): boolean => this.profileOf(pod) !== undefined;
    this.changes = new ClusterChanges({ ...shared, state, queue, isMine });
    const results = new AttemptResults({ feed, queue, assumed, nominations, metrics, writer, links, clock, logger });
    this.attempts = new Attempts({ ...shared, input, results, clock });
  }

  /** Schedules until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    await this.feed.start(this.changes, signal);
    this.options.logger.info('scheduling', { profiles: [...this.profiles.keys()], nodes: this.state.nodes.length });
    const ticking = this.tickUntil(signal);
    while (!signal.aborted) {
      const until = clock.monotonic() + sliceMilliseconds;
      let entry: Entry | undefined;
      while (clock.monotonic() < until && (entry = this.queue.pop())) this.attempt(entry, signal);
      await nextTurn();
      if (this.queue.sizes().active === 0) await this.idle(signal);
    }
    await this.attempts.settled();
    await ticking;
  }

  /** Why a pod is where it is, or pending; undefined when nothing has been decided lately. */
  explain(namespace: string, name: string): skiffschedulerv1.ExplainResponse | undefined {
    return this.decisions.get(`${namespace}/${name}`);
  }

  private attempt(entry: Entry, signal: AbortSignal): void {
    const profile = this.profileOf(entry.info);
    if (profile && this.state.placeOf(entry.info.key) === undefined) this.attempts.start(profile, entry, signal);
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
