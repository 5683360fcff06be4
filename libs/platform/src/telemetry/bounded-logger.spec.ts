import { boundedLogger } from './bounded-logger';
import type { Logger } from './logger';

describe('A bounded logger', () => {
  it('leaves lines of one message out that come too often, and says how many', () => {
    const lines: [string, Record<string, unknown> | undefined][] = [];
    const write = (message: string, fields?: Record<string, unknown>): void => void lines.push([message, fields]);
    const inner: Logger = { debug: write, info: write, warn: write, error: write, child: () => inner };
    let now = 0;
    const clock = { monotonic: () => now };
    const logger = boundedLogger(inner, clock, { burst: 2, perSecond: 1 });
    for (let index = 0; index < 5; index += 1) logger.error('often', { index });
    logger.child({ a: 1 }).info('once');
    expect(lines).toEqual([
      ['often', { index: 0 }],
      ['often', { index: 1 }],
      ['once', undefined],
    ]);
    now += 1000;
    logger.error('often', { index: 5 });
    logger.error('often', { index: 6 });
    expect(lines.slice(3)).toEqual([['often', { index: 5, suppressed: 3 }]]);
  });
});
