import type { Clock } from '@skiff/platform';

/** Upstream's limits: the tenth different message of the same kind within ten minutes is combined. */
const differentMessages = 10;
const intervalMilliseconds = 600_000;
const remembered = 4_096;

/** What an event is counted under, and the message that it shows. */
export interface Aggregate {
  readonly key: string;
  readonly message: string;
}

/** Combines events that differ in their message alone, once there are many of them. */
export class Aggregator {
  private readonly groups = new Map<string, { readonly messages: Set<string>; at: number }>();

  constructor(private readonly clock: Clock) {}

  /** `group` identifies object, type and reason. */
  aggregate(group: string, message: string): Aggregate {
    const now = this.clock.monotonic();
    const known = this.groups.get(group);
    const current = known && now - known.at <= intervalMilliseconds ? known : { messages: new Set<string>(), at: now };
    current.at = now;
    current.messages.add(message);
    this.groups.delete(group);
    this.groups.set(group, current);
    const [oldest] = this.groups.keys();
    if (this.groups.size > remembered && oldest !== undefined) this.groups.delete(oldest);
    if (current.messages.size < differentMessages) return { key: `${group}\n${message}`, message };
    // Room for the next one, so that the set does not grow.
    const [first] = current.messages;
    if (first !== undefined) current.messages.delete(first);
    return { key: group, message: `(combined from similar events): ${message}` };
  }
}
