import type { Clock, Timer } from '@skiff/platform';

/** When a pod is to be looked at: now, or in a while. However often it is asked for, it comes once. */
export class WakeUp {
  private due = true;
  private timer: Timer | undefined;
  private timerDue = Infinity;
  private wake: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  now(): void {
    this.due = true;
    this.wake?.();
  }

  /** In that many milliseconds, or earlier. */
  after(milliseconds: number): void {
    const due = this.clock.monotonic() + milliseconds;
    if (this.timer !== undefined && this.timerDue <= due) return;
    this.timer?.cancel();
    this.timerDue = due;
    this.timer = this.clock.after(milliseconds, () => {
      this.timer = undefined;
      this.timerDue = Infinity;
      this.now();
    });
  }

  /** Resolves with true each time it is time, with false once the signal has aborted. */
  async next(signal: AbortSignal): Promise<boolean> {
    const stop = (): void => this.wake?.();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!this.due && !signal.aborted) await new Promise<void>((resolve) => (this.wake = resolve));
    } finally {
      signal.removeEventListener('abort', stop);
    }
    this.due = false;
    return !signal.aborted;
  }

  stop(): void {
    this.timer?.cancel();
  }
}
