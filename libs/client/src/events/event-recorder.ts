import { Kinds, type corev1 } from '@skiff/contracts';
import { formatTime, hasReason, type Clock, type Logger } from '@skiff/platform';
import type { ApiObject, Client } from '../client';

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
/** Upstream's spam filter: a burst for each object, refilled slowly. */
const burst = 25;
const refillMilliseconds = 300_000;

/** Tells the user what happened to an object; never makes its caller wait or fail. */
export class EventRecorder {
  private readonly recorded = new Map<string, Recorded>();
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: Client,
    private readonly options: EventRecorderOptions,
  ) {}

  event(
    about: ApiObject | corev1.ObjectReference,
    type: EventType,
    reason: string,
    message: string,
    options: { fieldPath?: string } = {},
  ): void {
    const reference = toReference(about, options.fieldPath);
    if (!this.allowed(reference)) return;
    this.sending = this.sending.then(() => this.send(reference, type, reason, message));
  }

  /** Resolves when all that was recorded has been sent. */
  flush(): Promise<void> {
    return this.sending;
  }

  private async send(
    reference: corev1.ObjectReference,
    type: EventType,
    reason: string,
    message: string,
  ): Promise<void> {
    const key = [reference.uid, reference.name, reference.fieldPath, type, reason, message].join('\n');
    try {
      const known = this.recorded.get(key);
      if (known && (await this.count(known))) return;
      const event = await this.create(reference, type, reason, message);
      this.recorded.delete(key);
      this.recorded.set(key, { event, count: 1 });
      const [oldest] = this.recorded.keys();
      if (this.recorded.size > remembered && oldest !== undefined) this.recorded.delete(oldest);
    } catch (error) {
      // An event in a namespace that is going away is refused, and nobody misses it.
      if (hasReason(error, 'Forbidden') || hasReason(error, 'NotFound'))
        this.options.logger.debug('an event was refused', { reason, error });
      else this.options.logger.warn('an event was lost', { reason, message, error });
    }
  }

  private async count(known: Recorded): Promise<boolean> {
    const { namespace, name = '' } = known.event.metadata ?? {};
    known.count += 1;
    const patch = { count: known.count, lastTimestamp: formatTime(this.options.clock.now()) };
    try {
      await this.client.patch(Kinds.Event, { namespace, name }, 'strategic', patch);
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

  private allowed(reference: corev1.ObjectReference): boolean {
    const key = reference.uid || `${reference.namespace}/${reference.name}`;
    const now = this.options.clock.monotonic();
    const bucket = this.buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refillMilliseconds);
    bucket.at = now;
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > remembered && oldest !== undefined) this.buckets.delete(oldest);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
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
