import type { Clock } from '../clock/clock';
import type { Logger } from './logger';

/** Lines of one message: so many at once, and so many a second in the long run. */
export interface LogBound {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  lines: number;
  filledAt: number;
  suppressed: number;
}

type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * A logger that leaves lines out when one message comes too often, so that nobody who makes requests can fill the
 * log. The next line that is written says as `suppressed` how many were left out.
 */
export function boundedLogger(logger: Logger, clock: Pick<Clock, 'monotonic'>, bound: LogBound): Logger {
  // Messages are constant, so there are as many as the code has.
  const buckets = new Map<string, Bucket>();
  const take = (message: string): number | undefined => {
    const now = clock.monotonic();
    const bucket = buckets.get(message) ?? { lines: bound.burst, filledAt: now, suppressed: 0 };
    buckets.set(message, bucket);
    bucket.lines = Math.min(bound.burst, bucket.lines + ((now - bucket.filledAt) / 1000) * bound.perSecond);
    bucket.filledAt = now;
    if (bucket.lines < 1) {
      bucket.suppressed += 1;
      return undefined;
    }
    bucket.lines -= 1;
    const { suppressed } = bucket;
    bucket.suppressed = 0;
    return suppressed;
  };
  const bounded = (inner: Logger): Logger => {
    const write =
      (level: Level) =>
      (message: string, fields?: Record<string, unknown>): void => {
        const suppressed = take(message);
        if (suppressed !== undefined) inner[level](message, suppressed ? { ...fields, suppressed } : fields);
      };
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => bounded(inner.child(fields)),
    };
  };
  return bounded(logger);
}
