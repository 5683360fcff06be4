import fc from 'fast-check';
import { drainEventLoop, FakeClock } from '@skiff/testing';
import { Batches, type BatchOptions } from './batches';

const options: BatchOptions = {
  bufferSize: 10,
  bufferBytes: 1_000,
  maxBatchSize: 3,
  maxBatchBytes: 100,
  maxBatchWait: 50,
  concurrency: 2,
};

function start(given: Partial<BatchOptions> = {}) {
  const clock = new FakeClock();
  const sent: (readonly string[])[] = [];
  const open: (() => void)[] = [];
  let dropped = 0;
  const batches = new Batches(
    { ...options, ...given },
    {
      clock,
      deliver: (events) => {
        sent.push(events);
        return new Promise<void>((resolve) => open.push(resolve));
      },
      dropped: (events) => void (dropped += events),
    },
  );
  return {
    clock,
    sent,
    batches,
    dropped: () => dropped,
    /** The batch that was sent first has arrived. */
    arrive: async () => {
      open.shift()?.();
      await drainEventLoop();
    },
    open,
  };
}

describe('Events that are sent together', () => {
  it('wait for others until there are enough, or time is up', async () => {
    const { batches, sent, clock } = start();
    for (const text of ['a', 'b']) batches.add(text);
    expect(sent).toEqual([]);
    batches.add('c');
    expect(sent).toEqual([['a', 'b', 'c']]);
    batches.add('d');
    await clock.advance(49);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(sent).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('wait for none where nothing is on its way', async () => {
    const { batches, sent, arrive } = start({ maxBatchWait: 0, concurrency: 1 });
    for (const text of ['a', 'b', 'c']) batches.add(text);
    expect(sent).toEqual([['a']]);
    await arrive();
    expect(sent).toEqual([['a'], ['b', 'c']]);
  });

  it('are dropped, and counted, when too many wait or they are too large', () => {
    const { batches, dropped } = start({ concurrency: 0 });
    for (let index = 0; index < 12; index += 1) batches.add('x');
    expect(dropped()).toBe(2);
    const large = start({ concurrency: 1, bufferBytes: 25 });
    for (let index = 0; index < 4; index += 1) large.batches.add('x'.repeat(10));
    expect(large.dropped()).toBe(2);
  });

  it('have no more bytes together than they may', () => {
    const { batches, sent } = start({ maxBatchSize: 10 });
    for (const length of [60, 60, 90]) batches.add('x'.repeat(length));
    expect(sent.map((batch) => batch.map(({ length }) => length))).toEqual([[60], [60]]);
  });

  it('are sent no more often than they may be', async () => {
    const { batches, sent, clock } = start({ maxBatchSize: 1, concurrency: 100, throttle: { qps: 10, burst: 2 } });
    for (const text of ['a', 'b', 'c', 'd']) batches.add(text);
    expect(sent).toHaveLength(2);
    await clock.advance(100);
    expect(sent).toHaveLength(3);
    await clock.advance(100);
    expect(sent).toHaveLength(4);
  });

  it('are all sent before the end', async () => {
    const { batches, sent, arrive, clock } = start({ throttle: { qps: 1, burst: 1 } });
    for (const text of ['a', 'b', 'c', 'd', 'e']) batches.add(text);
    const closed = batches.close();
    await arrive();
    await arrive();
    await closed;
    expect(sent.flat()).toEqual(['a', 'b', 'c', 'd', 'e']);
    await clock.advance(60_000);
    expect(sent.flat()).toHaveLength(5);
  });

  it('do not keep the end from coming', async () => {
    const { batches, clock, dropped } = start({ concurrency: 1, maxBatchSize: 1 });
    for (const text of ['a', 'b']) batches.add(text);
    const closed = batches.close();
    await clock.advance(5_000);
    await closed;
    expect(dropped()).toBe(1);
  });

  it('are each sent once and in order, or dropped, however they come', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 60 }).map((length) => ({ length })) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 200 }).map((wait) => ({ wait })) },
      { weight: 2, arbitrary: fc.constant({ arrives: true as const }) },
    );
    const throttle = fc.option(
      fc.record({ qps: fc.integer({ min: 1, max: 20 }), burst: fc.integer({ min: 1, max: 5 }) }),
      {
        nil: undefined,
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        throttle,
        fc.constantFrom(0, 50),
        async (steps, limit, wait) => {
          const { batches, sent, open, clock, dropped, arrive } = start({
            throttle: limit,
            maxBatchWait: wait,
            bufferBytes: 300,
          });
          let added = 0;
          for (const one of steps) {
            if ('length' in one) batches.add(`${added++}:${'x'.repeat(one.length)}`);
            else if ('wait' in one) await clock.advance(one.wait);
            else await arrive();
            expect(open.length).toBeLessThanOrEqual(options.concurrency);
          }
          const closed = batches.close();
          while (open.length > 0) await arrive();
          await closed;
          const numbers = sent.flat().map((text) => Number(text.split(':')[0]));
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
          expect(new Set(numbers).size).toBe(numbers.length);
          expect(numbers.length + dropped()).toBe(added);
        },
      ),
      { numRuns: 60 },
    );
  });
});
