import type { Clock, Timer } from '@skiff/platform';

interface Pending {
  readonly at: number;
  readonly callback: () => void;
}

/** Lets everything run that waits for nothing but the event loop. */
export async function drainEventLoop(turns = 4): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  private readonly start: number;
  private current: number;
  private readonly pending = new Set<Pending>();

  /** Begins at an RFC 3339 time. */
  constructor(start = '2026-01-01T00:00:00Z') {
    this.start = Date.parse(start);
    this.current = this.start;
  }

  now(): number {
    return this.current;
  }

  monotonic(): number {
    return this.current - this.start;
  }

  after(milliseconds: number, callback: () => void): Timer {
    const timer = { at: this.current + Math.max(0, milliseconds), callback };
    this.pending.add(timer);
    return { cancel: () => void this.pending.delete(timer) };
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const timer = this.after(milliseconds, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      const abort = (): void => {
        timer.cancel();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Moves time forward, firing each timer at its own moment and letting what it wakes run before the next. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.current + milliseconds;
    await drainEventLoop();
    for (;;) {
      const [next] = [...this.pending].filter(({ at }) => at <= end).sort((left, right) => left.at - right.at);
      if (!next) break;
      this.pending.delete(next);
      this.current = Math.max(this.current, next.at);
      next.callback();
      await drainEventLoop();
    }
    this.current = end;
  }
}
