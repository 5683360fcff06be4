import type { Clock } from '@skiff/platform';

export interface WorkQueueOptions {
  /** How many keys are worked on at once. */
  readonly workers: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** After a first failure, in milliseconds; each further one doubles it. */
  readonly retryMilliseconds: number;
  readonly longestRetryMilliseconds: number;
}

/** Works on keys, each of them once at a time, and again after a failure. */
export class WorkQueue {
  private readonly waiting = new Set<string>();
  private readonly busy = new Set<string>();
  private readonly failures = new Map<string, number>();

  /** @param work rejects for what has to be tried again. */
  constructor(
    private readonly work: (key: string) => Promise<void>,
    private readonly options: WorkQueueOptions,
  ) {}

  add(key: string): void {
    if (this.options.signal.aborted) return;
    this.waiting.add(key);
    this.begin();
  }

  private begin(): void {
    for (const key of this.waiting) {
      if (this.busy.size >= this.options.workers) return;
      if (this.busy.has(key)) continue;
      this.waiting.delete(key);
      this.busy.add(key);
      void this.run(key);
    }
  }

  private async run(key: string): Promise<void> {
    try {
      await this.work(key);
      this.failures.delete(key);
    } catch {
      this.retry(key);
    } finally {
      this.busy.delete(key);
      this.begin();
    }
  }

  private retry(key: string): void {
    const { clock, retryMilliseconds, longestRetryMilliseconds } = this.options;
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    clock.after(Math.min(longestRetryMilliseconds, retryMilliseconds * 2 ** failures), () => this.add(key));
  }
}
