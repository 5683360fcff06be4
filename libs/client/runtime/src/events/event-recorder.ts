import { context } from '@opentelemetry/api';
import { hasReason, isOutage, type ApiObject } from '@skiff/apimachinery';
import type { BatchCreator, Client, Creation } from '@skiff/client';
import { Kinds, type corev1 } from '@skiff/contracts';
import { type Clock, contextFrom, formatTime, type Logger, type TraceContext, traceContextOf } from '@skiff/platform';
import { pauseBeforeRetry } from '../retry';
import { Aggregator, type Aggregate } from './aggregator';
import { SpamFilter } from './spam-filter';

export interface EventRecorderOptions {
  /** Such as "kubelet" or "default-scheduler". */
  readonly component: string;
  /** The node, for components of one. */
  readonly host?: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type EventType = 'Normal' | 'Warning';

interface Recorded {
  readonly event: corev1.Event;
  count: number;
}

/** An event on its way. */
interface Waiting {
  readonly reference: corev1.ObjectReference;
  readonly type: EventType;
  readonly reason: string;
  readonly aggregate: Aggregate;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  readonly trace: TraceContext | undefined;
}

/** How many events are remembered, so that a repeated one is counted rather than stored again. */
const remembered = 4_096;
/** How many events may wait for the API server; further ones are dropped. */
const waitingLimit = 10_000;
/** How many events go to the API server in one call. */
const largestBatch = 200;
/** The wait between two tries while the API server does not answer. */
const retryMilliseconds = 1_000;

/** Tells the user what happened to an object; never makes its caller wait or fail. */
export class EventRecorder {
  private readonly recorded = new Map<string, Recorded>();
  private readonly filter: SpamFilter;
  private readonly aggregator: Aggregator;
  private readonly waiting: Waiting[] = [];
  private isFull = false;
  private sending: Promise<void> | undefined;

  constructor(
    private readonly client: Client | (Client & BatchCreator),
    private readonly options: EventRecorderOptions,
  ) {
    this.filter = new SpamFilter(options.clock);
    this.aggregator = new Aggregator(options.clock);
  }

  event(
    about: ApiObject | corev1.ObjectReference,
    type: EventType,
    reason: string,
    message: string,
    options: { fieldPath?: string } = {},
  ): void {
    const reference = toReference(about, options.fieldPath);
    const object = [reference.kind, reference.namespace, reference.name, reference.uid].join('\n');
    const group = [object, reference.fieldPath, type, reason].join('\n');
    const aggregate = this.aggregator.aggregate(group, message);
    if (!this.filter.allows(object)) return;
    if (this.waiting.length >= waitingLimit) {
      // One line for all that are dropped until there is room again.
      if (!this.isFull) this.options.logger.warn('events are dropped: too many are waiting', { reason, message });
      this.isFull = true;
      return;
    }
    this.isFull = false;
    this.waiting.push({ reference, type, reason, aggregate, at: this.options.clock.now(), trace: traceContextOf() });
    this.sending ??= this.drain().finally(() => (this.sending = undefined));
  }

  /** Resolves when all that was recorded has been sent. */
  async flush(): Promise<void> {
    while (this.sending) await this.sending;
  }

  private async drain(): Promise<void> {
    // What is recorded in the same turn goes together.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.send(this.takeBatch());
  }

  /** The longest run of events that do not count up each other. */
  private takeBatch(): Waiting[] {
    const keys = new Set<string>();
    let size = 0;
    for (const { aggregate } of this.waiting) {
      if (size >= largestBatch || keys.has(aggregate.key)) break;
      keys.add(aggregate.key);
      size += 1;
    }
    return this.waiting.splice(0, size);
  }

  private async send(batch: readonly Waiting[]): Promise<void> {
    let outage: unknown;
    for (let left = batch; left.length > 0;) {
      if (outage) await pauseBeforeRetry(this.client, outage, retryMilliseconds, { clock: this.options.clock });
      ({ left, outage } = await this.attempt(left));
    }
  }

  /** Sends each once; what is left did not reach the API server, and waits until it is back. */
  private async attempt(batch: readonly Waiting[]): Promise<{ left: Waiting[]; outage: unknown }> {
    const { logger } = this.options;
    const outcomes = await this.store(batch);
    let outage: unknown;
    const left = batch.filter(({ reason, aggregate }, index) => {
      const error = outcomes[index];
      if (error === undefined) return false;
      if (hasReason(error, 'Forbidden') || hasReason(error, 'NotFound')) {
        // An event in a namespace that is going away is refused, and nobody misses it.
        logger.debug('an event was refused', { reason, error });
        return false;
      }
      if (isOutage(error)) {
        outage = error;
        return true;
      }
      logger.warn('an event was lost', { reason, message: aggregate.message, error });
      return false;
    });
    return { left, outage };
  }

  /** Counts up what is known and creates the others; what went wrong with each, if anything. */
  private async store(batch: readonly Waiting[]): Promise<unknown[]> {
    const outcomes = new Array<unknown>(batch.length);
    const fresh: number[] = [];
    await Promise.all(
      batch.map(async ({ aggregate: { key, message } }, index) => {
        const known = this.recorded.get(key);
        try {
          if (!known || !(await this.count(known, message))) fresh.push(index);
        } catch (error) {
          outcomes[index] = error;
        }
      }),
    );
    fresh.sort((a, b) => a - b);
    const creations = fresh.map((index) => {
      const waiting = batch[index] as Waiting;
      return { object: this.newEvent(waiting), trace: waiting.trace };
    });
    const results = creations.length === 0 ? [] : await this.createAll(creations);
    fresh.forEach((index, position) => {
      const result = results[position];
      if (result instanceof Error) outcomes[index] = result;
      else this.remember((batch[index] as Waiting).aggregate.key, result as corev1.Event);
    });
    return outcomes;
  }

  /** Over one call when the client can, else one by one. */
  private async createAll(creations: readonly Creation<corev1.Event>[]): Promise<(corev1.Event | Error)[]> {
    const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
    const { client } = this;
    if ('createAll' in client && creations.length > 1) {
      try {
        return await client.createAll<corev1.Event>(Kinds.Event, creations);
      } catch (error) {
        return creations.map(() => asError(error));
      }
    }
    return Promise.all(
      creations.map(({ object, trace }) =>
        context.with(contextFrom(trace), () => client.create<corev1.Event>(Kinds.Event, object)).catch(asError),
      ),
    );
  }

  private remember(key: string, event: corev1.Event): void {
    this.recorded.delete(key);
    this.recorded.set(key, { event, count: 1 });
    const [oldest] = this.recorded.keys();
    if (this.recorded.size > remembered && oldest !== undefined) this.recorded.delete(oldest);
  }

  private async count(known: Recorded, message: string): Promise<boolean> {
    const { namespace, name = '' } = known.event.metadata ?? {};
    const count = known.count + 1;
    const lastTimestamp = formatTime(this.options.clock.now());
    const patch = { count, lastTimestamp, ...(message === known.event.message ? {} : { message }) };
    try {
      await this.client.patch(Kinds.Event, { namespace, name }, 'strategic', patch);
      known.count = count;
      return true;
    } catch (error) {
      // It has been removed since: begin anew.
      if (hasReason(error, 'NotFound')) return false;
      throw error;
    }
  }

  private newEvent({ reference, type, reason, aggregate: { message }, at }: Waiting): corev1.Event {
    const time = formatTime(at);
    const namespace = reference.namespace || 'default';
    const { component, host } = this.options;
    return {
      metadata: { name: `${reference.name}.${this.suffix()}`, namespace },
      involvedObject: reference,
      type,
      reason,
      message,
      source: { component, ...(host ? { host } : {}) },
      reportingComponent: component,
      reportingInstance: host ?? '',
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    };
  }

  private lastSuffix = 0n;

  /** Nanoseconds in hexadecimal, as upstream; never the same twice from one recorder. */
  private suffix(): string {
    const now = BigInt(this.options.clock.now()) * 1_000_000n;
    this.lastSuffix = now > this.lastSuffix ? now : this.lastSuffix + 1n;
    return this.lastSuffix.toString(16);
  }
}

function toReference(about: ApiObject | corev1.ObjectReference, fieldPath: string | undefined): corev1.ObjectReference {
  const path = fieldPath ? { fieldPath } : {};
  if (!('metadata' in about) || !about.metadata) return { ...(about as corev1.ObjectReference), ...path };
  const { namespace, name = '', uid = '', resourceVersion } = about.metadata;
  return {
    kind: about.kind ?? '',
    apiVersion: about.apiVersion ?? '',
    ...(namespace ? { namespace } : {}),
    name,
    uid,
    ...(resourceVersion ? { resourceVersion } : {}),
    ...path,
  };
}
