/** Waiting times that double with every failure, kept by key. All times in milliseconds. */
export class BackOff {
  private readonly entries = new Map<string, { delay: number; lastUpdate: number }>();

  constructor(
    private readonly initial: number,
    private readonly maximum: number,
  ) {}

  /** The delay that applies after the last `next`; 0 if none. */
  delay(key: string): number {
    return this.entries.get(key)?.delay ?? 0;
  }

  /** Milliseconds from `now` until an attempt is allowed for something that failed at `since`. */
  remaining(key: string, since: number, now: number): number {
    const entry = this.entries.get(key);
    if (entry === undefined || this.expired(entry, since)) return 0;
    return Math.max(0, since + entry.delay - now);
  }

  /** Milliseconds until an attempt is allowed, counted from the last `next`. */
  remainingSinceUpdate(key: string, now: number): number {
    const entry = this.entries.get(key);
    if (entry === undefined || this.expired(entry, now)) return 0;
    return Math.max(0, entry.lastUpdate + entry.delay - now);
  }

  /** Records an attempt; `since` is when the last one failed. */
  next(key: string, since: number, now: number): void {
    const entry = this.entries.get(key);
    const fresh = entry === undefined || this.expired(entry, since);
    const delay = fresh ? this.initial : Math.min(entry.delay * 2, this.maximum);
    this.entries.set(key, { delay, lastUpdate: now });
  }

  forget(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets every key with this prefix. */
  forgetPrefix(prefix: string): void {
    for (const key of this.entries.keys()) if (key.startsWith(prefix)) this.entries.delete(key);
  }

  // After twice the maximum without a failure the count starts anew.
  private expired(entry: { lastUpdate: number }, at: number): boolean {
    return at - entry.lastUpdate > 2 * this.maximum;
  }
}
