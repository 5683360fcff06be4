import { hasReason, isOutage, type ApiObject } from '@skiff/apimachinery';
import type { BatchCreator, Client } from '@skiff/client';
import type { corev1 } from '@skiff/contracts';
import { type Clock, type Logger, traceContextOf } from '@skiff/platform';
import { pauseBeforeRetry } from '../retry';
import { Aggregator } from './aggregator';
import { EventWriter, type EventSource, type EventType, type WaitingEvent } from './event-writer';
import { toReference } from './reference';
import { SpamFilter } from './spam-filter';

export interface EventRecorderOptions extends EventSource {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How many events may wait for the API server; further ones are dropped. */
const waitingLimit = 10_000;
/** How many events go to the API server in one call. */
const largestBatch = 200;
/** The wait between two tries while the API server does not answer. */
const retryMilliseconds = 1_000;

/** Tells the user what happened to an object; never makes its caller wait or fail. */
export class EventRecorder {
  private readonly writer: EventWriter;
  private readonly filter: SpamFilter;
  private readonly aggregator: Aggregator;
  private readonly waiting: WaitingEvent[] = [];
  private isFull = false;
  private sending: Promise<void> | undefined;

  constructor(
    private readonly client: Client | (Client & BatchCreator),
    private readonly options: EventRecorderOptions,
  ) {
    this.writer = new EventWriter(client, options);
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
  private takeBatch(): WaitingEvent[] {
    const keys = new Set<string>();
    let size = 0;
    for (const { aggregate } of this.waiting) {
      if (size >= largestBatch || keys.has(aggregate.key)) break;
      keys.add(aggregate.key);
      size += 1;
    }
    return this.waiting.splice(0, size);
  }

  private async send(batch: readonly WaitingEvent[]): Promise<void> {
    let outage: unknown;
    for (let left = batch; left.length > 0;) {
      if (outage) await pauseBeforeRetry(this.client, outage, retryMilliseconds, { clock: this.options.clock });
      ({ left, outage } = await this.attempt(left));
    }
  }

  /** Sends each once; what is left did not reach the API server, and waits until it is back. */
  private async attempt(batch: readonly WaitingEvent[]): Promise<{ left: WaitingEvent[]; outage: unknown }> {
    const { logger } = this.options;
    const outcomes = await this.writer.store(batch);
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
}
