import { FakeClock } from '@skiff/testing';
import { WorkQueue } from './work-queue';

describe('a work queue', () => {
  let clock: FakeClock;
  let queue: WorkQueue;
  const { signal } = new AbortController();

  beforeEach(() => {
    clock = new FakeClock();
    queue = new WorkQueue(clock, { baseDelayMilliseconds: 10, maxDelayMilliseconds: 100 });
  });

  it('gives each key once, in the order of their coming', async () => {
    for (const key of ['a', 'b', 'a']) queue.add(key);
    expect(queue.length).toBe(2);
    expect(await queue.get(signal)).toBe('a');
    expect(await queue.get(signal)).toBe('b');
  });

  it('brings a key back that was added while it was worked on, and never gives it to two', async () => {
    queue.add('a');
    await queue.get(signal);
    queue.add('a');
    queue.add('a');
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(queue.length).toBe(1);
    expect(await queue.get(signal)).toBe('a');
    queue.done('a');
    expect(queue.length).toBe(0);
  });

  it('hands a key to whoever has waited longest', async () => {
    const first = queue.get(signal);
    const second = queue.get(signal);
    queue.add('a');
    queue.add('b');
    expect(await first).toBe('a');
    expect(await second).toBe('b');
  });

  it('doubles the wait of a key that fails in a row, up to the longest', async () => {
    const waits: number[] = [];
    for (let failure = 0; failure < 6; failure += 1) {
      const start = clock.now();
      queue.addRateLimited('a');
      while (queue.length === 0) await clock.advance(1);
      waits.push(clock.now() - start);
      queue.done(await queue.get(signal));
    }
    expect(waits).toEqual([10, 20, 40, 80, 100, 100]);
    queue.forget('a');
    expect(queue.failureCount('a')).toBe(0);
    queue.addRateLimited('a');
    await clock.advance(10);
    expect(queue.length).toBe(1);
  });

  it('adds a key at the earliest of the times that were asked for', async () => {
    queue.addAfter('a', 50);
    queue.addAfter('a', 20);
    queue.addAfter('a', 80);
    await clock.advance(20);
    expect(queue.length).toBe(1);
    queue.done(await queue.get(signal));
    await clock.advance(100);
    expect(queue.length).toBe(0);
  });

  it('lets go of a taker whose signal aborts', async () => {
    const abort = new AbortController();
    const taker = queue.get(abort.signal);
    abort.abort(new Error('enough'));
    await expect(taker).rejects.toThrow('enough');
    queue.add('a');
    expect(queue.length).toBe(1);
  });
});
