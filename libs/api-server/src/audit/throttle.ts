import type { Clock } from '@skiff/platform';

/** So many at once, and so many a second in the long run. */
export interface ThrottleOptions {
  readonly qps: number;
  readonly burst: number;
}

/** Tells how long whoever wants to send has to wait. */
export class Throttle {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly options: ThrottleOptions,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    this.tokens = options.burst;
    this.filledAt = clock.monotonic();
  }

  /** Takes a place; in how many milliseconds it is free. */
  take(): number {
    const { qps, burst } = this.options;
    const now = this.clock.monotonic();
    this.tokens = Math.min(burst, this.tokens + ((now - this.filledAt) / 1_000) * qps);
    this.filledAt = now;
    this.tokens -= 1;
    return this.tokens >= 0 ? 0 : (-this.tokens / qps) * 1_000;
  }
}
