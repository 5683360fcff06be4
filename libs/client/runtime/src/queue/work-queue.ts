import type { Clock, Timer } from '@skiff/platform';

export interface WorkQueueOptions {
  /** The first wait of a key that failed, in milliseconds. Default: 5, as upstream. */
  readonly baseDelayMilliseconds?: number;
  /** The longest wait. Default: 1,000,000 ms (upstream's 1000 s). */
  readonly maxDelayMilliseconds?: number;
}

/**
 * Keys that wait for work, each at most once. A key that is added while it is
 * worked on comes back when that is done, and is never given to two workers.
 */
export class WorkQueue<Key extends string = string> {
  private readonly ready: Key[] = [];
  private readonly waiting = new Set<Key>();
  private readonly working = new Set<Key>();
  private readonly again = new Set<Key>();
  private readonly failures = new Map<Key, number>();
  private readonly delayed = new Map<Key, { at: number; timer: Timer }>();
  private readonly takers: ((key: Key) => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly options: WorkQueueOptions = {},
  ) {}

  /** How many keys wait to be taken. */
  get length(): number {
    return this.ready.length;
  }

  add(key: Key): void {
    if (this.working.has(key)) {
      this.again.add(key);
      return;
    }
    if (this.waiting.has(key)) return;
    const taker = this.takers.shift();
    if (taker) {
      this.working.add(key);
      taker(key);
    } else {
      this.waiting.add(key);
      this.ready.push(key);
    }
  }

  /** Adds the key after a while; the earliest of several wins. */
  addAfter(key: Key, milliseconds: number): void {
    if (milliseconds <= 0) return this.add(key);
    const at = this.clock.monotonic() + milliseconds;
    const pending = this.delayed.get(key);
    if (pending && pending.at <= at) return;
    pending?.timer.cancel();
    const timer = this.clock.after(milliseconds, () => {
      this.delayed.delete(key);
      this.add(key);
    });
    this.delayed.set(key, { at, timer });
  }

  /** Adds a key that failed after a wait that doubles with each failure in a row. */
  addRateLimited(key: Key): void {
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    const { baseDelayMilliseconds = 5, maxDelayMilliseconds = 1_000_000 } = this.options;
    this.addAfter(key, Math.min(baseDelayMilliseconds * 2 ** failures, maxDelayMilliseconds));
  }

  /** How often in a row this key has failed. */
  failureCount(key: Key): number {
    return this.failures.get(key) ?? 0;
  }

  /** The key has succeeded: its next failure waits the shortest time. */
  forget(key: Key): void {
    this.failures.delete(key);
  }

  /** Takes the next key, when there is one. The taker has to call `done`. Rejects when the signal aborts. */
  get(signal: AbortSignal): Promise<Key> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    const key = this.ready.shift();
    if (key !== undefined) {
      this.waiting.delete(key);
      this.working.add(key);
      return Promise.resolve(key);
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        const position = this.takers.indexOf(take);
        if (position >= 0) this.takers.splice(position, 1);
        reject(signal.reason as Error);
      };
      const take = (taken: Key): void => {
        signal.removeEventListener('abort', abort);
        resolve(taken);
      };
      this.takers.push(take);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** The work on a key has ended. */
  done(key: Key): void {
    this.working.delete(key);
    if (this.again.delete(key)) this.add(key);
  }

  /** Forgets all that waits for its time. */
  shutDown(): void {
    for (const { timer } of this.delayed.values()) timer.cancel();
    this.delayed.clear();
  }
}
