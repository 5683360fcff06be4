import { context } from '@opentelemetry/api';
import { hasReason } from '@skiff/apimachinery';
import type { BatchCreator, Client, Creation } from '@skiff/client';
import { Kinds, type corev1 } from '@skiff/contracts';
import { type Clock, contextFrom, formatTime, type TraceContext } from '@skiff/platform';
import type { Aggregate } from './aggregator';

/** Who tells of events. */
export interface EventSource {
  /** Such as "kubelet" or "default-scheduler". */
  readonly component: string;
  /** The node, for components of one. */
  readonly host?: string;
}

export type EventType = 'Normal' | 'Warning';

/** An event on its way. */
export interface WaitingEvent {
  readonly reference: corev1.ObjectReference;
  readonly type: EventType;
  readonly reason: string;
  readonly aggregate: Aggregate;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  readonly trace: TraceContext | undefined;
}

interface Recorded {
  readonly event: corev1.Event;
  count: number;
}

/** How many events are remembered, so that a repeated one is counted rather than stored again. */
const remembered = 4_096;

/** Writes events: creates the new ones, and counts up those that are known. */
export class EventWriter {
  private readonly recorded = new Map<string, Recorded>();
  private lastSuffix = 0n;

  constructor(
    private readonly client: Client | (Client & BatchCreator),
    private readonly source: EventSource & { readonly clock: Clock },
  ) {}

  /** Counts up what is known and creates the others; what went wrong with each, if anything. */
  async store(batch: readonly WaitingEvent[]): Promise<unknown[]> {
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
      const waiting = batch[index] as WaitingEvent;
      return { object: this.newEvent(waiting), trace: waiting.trace };
    });
    const results = creations.length === 0 ? [] : await this.createAll(creations);
    fresh.forEach((index, position) => {
      const result = results[position];
      if (result instanceof Error) outcomes[index] = result;
      else this.remember((batch[index] as WaitingEvent).aggregate.key, result as corev1.Event);
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
    const lastTimestamp = formatTime(this.source.clock.now());
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

  private newEvent({ reference, type, reason, aggregate: { message }, at }: WaitingEvent): corev1.Event {
    const time = formatTime(at);
    const namespace = reference.namespace || 'default';
    const { component, host } = this.source;
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

  /** Nanoseconds in hexadecimal, as upstream; never the same twice from one recorder. */
  private suffix(): string {
    const now = BigInt(this.source.clock.now()) * 1_000_000n;
    this.lastSuffix = now > this.lastSuffix ? now : this.lastSuffix + 1n;
    return this.lastSuffix.toString(16);
  }
}
