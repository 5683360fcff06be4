/** A timer that has been started. */
export interface Timer {
  /** Stops it; harmless after it fired. */
  cancel(): void;
}

/** Time as a parameter, so that tests can step it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a clock that never goes back. */
  monotonic(): number;
  /** Calls back once after `milliseconds`. The timer does not keep the process alive. */
  after(milliseconds: number, callback: () => void): Timer;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    return startTimer(milliseconds, callback, (timer) => timer.unref());
  },
  sleep(milliseconds, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const abort = (): void => {
        timer.cancel();
        reject(signal?.reason as Error);
      };
      const timer = startTimer(milliseconds, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  },
};

/** Sleeps until the time is over or the signal aborts: for loops that look at the signal themselves. */
export async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A write asks several times within one second. */
let lastSecond = { second: NaN, text: '' };

/** RFC 3339 in UTC with whole seconds, as metav1.Time. */
export function formatTime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond.second)
    lastSecond = { second, text: `${new Date(milliseconds).toISOString().slice(0, 19)}Z` };
  return lastSecond.text;
}

/** RFC 3339 in UTC with microseconds, as metav1.MicroTime. */
export function formatMicroTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`;
}

/** What a timer of Node.js holds: with more, it fires at once. */
const longestMilliseconds = 2 ** 31 - 1;

/** Calls back once after a time of any length. */
function startTimer(milliseconds: number, callback: () => void, made?: (timer: NodeJS.Timeout) => void): Timer {
  let timer: NodeJS.Timeout;
  const start = (left: number): void => {
    const next = left > longestMilliseconds ? () => start(left - longestMilliseconds) : callback;
    timer = setTimeout(next, Math.min(left, longestMilliseconds));
    made?.(timer);
  };
  start(milliseconds);
  return { cancel: () => clearTimeout(timer) };
}
