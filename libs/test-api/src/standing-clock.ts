import type { Clock, Timer } from '@skiff/platform';

/** Tells the time of another clock, which may be exchanged; nothing that waits for it ever falls due. */
export class StandingClock implements Clock {
  constructor(public time: Clock) {}

  now(): number {
    return this.time.now();
  }

  monotonic(): number {
    return this.time.monotonic();
  }

  after(): Timer {
    return { cancel: () => undefined };
  }

  sleep(_milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }
}
