/** How fast nodes may be tainted so that their pods are evicted: a failing network must not empty a cluster at once. */
export class EvictionRate {
  private readonly nextAt = new Map<string, number>();

  /** `rate` in nodes a second for a zone. */
  constructor(private readonly rate: number) {}

  /** Takes a turn in a zone, or says in how many milliseconds there is one. */
  take(zone: string, now: number): number {
    const next = this.nextAt.get(zone) ?? 0;
    if (next > now) return next - now;
    this.nextAt.set(zone, now + 1000 / this.rate);
    return 0;
  }
}
