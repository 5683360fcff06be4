import { Kinds, type corev1 } from '@skiff/contracts';
import { formatTime, hasReason, type Clock, type Logger } from '@skiff/platform';
import type { ApiObject, Client } from '../client';
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

/** How many events are remembered, so that a repeated one is counted rather than stored again. */
const remembered = 4_096;
/** How many events may wait for the API server; further ones are dropped. */
const waitingLimit = 1_000;
/** Tries of an event that the API server does not take, and the wait between two: upstream's. */
const tries = 12;
const retryMilliseconds = 10_000;

/** Tells the user what happened to an object; never makes its caller wait or fail. */
export class EventRecorder {
  private readonly recorded = new Map<string, Recorded>();
  private readonly filter: SpamFilter;
  private readonly aggregator: Aggregator;
  private sending: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly client: Client,
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
    if (this.waiting >= waitingLimit) {
      this.options.logger.warn('an event was dropped: too many are waiting', { reason, message });
      return;
    }
    this.waiting += 1;
    this.sending = this.sending
      .then(() => this.send(reference, type, reason, aggregate))
      .finally(() => (this.waiting -= 1));
  }

  /** Resolves when all that was recorded has been sent. */
  flush(): Promise<void> {
    return this.sending;
  }

  private async send(
    reference: corev1.ObjectReference,
    type: EventType,
    reason: string,
    aggregate: Aggregate,
  ): Promise<void> {
    const { logger, clock } = this.options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.store(reference, type, reason, aggregate);
        return;
      } catch (error) {
        if (hasReason(error, 'Forbidden') || hasReason(error, 'NotFound')) {
          // An event in a namespace that is going away is refused, and nobody misses it.
          logger.debug('an event was refused', { reason, error });
          return;
        }
        const unreachable = hasReason(error, 'ServiceUnavailable') || hasReason(error, 'Timeout');
        if (!unreachable || attempt === tries) {
          logger.warn('an event was lost', { reason, message: aggregate.message, error });
          return;
        }
      }
      await clock.sleep(retryMilliseconds);
    }
  }

  private async store(
    reference: corev1.ObjectReference,
    type: EventType,
    reason: string,
    { key, message }: Aggregate,
  ): Promise<void> {
    const known = this.recorded.get(key);
    if (known && (await this.count(known, message))) return;
    const event = await this.create(reference, type, reason, message);
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

  private create(
    reference: corev1.ObjectReference,
    type: EventType,
    reason: string,
    message: string,
  ): Promise<corev1.Event> {
    const now = formatTime(this.options.clock.now());
    const namespace = reference.namespace || 'default';
    const { component, host } = this.options;
    return this.client.create<corev1.Event>(Kinds.Event, {
      metadata: { name: `${reference.name}.${this.suffix()}`, namespace },
      involvedObject: reference,
      type,
      reason,
      message,
      source: { component, ...(host ? { host } : {}) },
      reportingComponent: component,
      reportingInstance: host ?? '',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
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
