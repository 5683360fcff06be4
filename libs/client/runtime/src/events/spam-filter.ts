import type { Clock } from '@skiff/platform';

/** Upstream's limits: a burst for each object, refilled by one every five minutes. */
const burst = 25;
const refillMilliseconds = 300_000;
/** How many objects are remembered; the one that was longest without an event is forgotten first. */
const remembered = 4_096;

/** Keeps one noisy object from flooding the API server with events. */
export class SpamFilter {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly clock: Clock) {}

  /** Whether another event about this object may be sent. */
  allows(object: string): boolean {
    const now = this.clock.monotonic();
    const bucket = this.buckets.get(object) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refillMilliseconds);
    bucket.at = now;
    this.buckets.delete(object);
    this.buckets.set(object, bucket);
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > remembered && oldest !== undefined) this.buckets.delete(oldest);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
