/** In seconds; upstream's. */
const longest = 32;

/**
 * After how many seconds whoever is rejected should try again: longer the more are, as upstream.
 * Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/dropped_requests_tracker.go.
 */
export class RetryAfter {
  private seconds = 1;
  private since: number;
  private rejected = 0;

  /** @param monotonic in milliseconds. */
  constructor(private readonly monotonic: () => number) {
    this.since = monotonic();
  }

  /** Counts one that is rejected, and answers what to tell it. */
  reject(): number {
    const now = this.monotonic();
    const passed = (now - this.since) / 1_000;
    if (passed >= this.seconds) {
      // Whatever came between was told the same.
      if (passed < 2 * this.seconds && this.rejected >= 3 * this.seconds)
        this.seconds = Math.min(longest, this.seconds + 1);
      else if (this.rejected < this.seconds || passed >= 2 * this.seconds) this.seconds = Math.max(1, this.seconds - 1);
      this.since = now;
      this.rejected = 0;
    }
    this.rejected += 1;
    return this.seconds;
  }
}
