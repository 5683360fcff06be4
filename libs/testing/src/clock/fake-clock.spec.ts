import { FakeClock } from './fake-clock';

describe('a clock that a test moves', () => {
  let clock: FakeClock;

  beforeEach(() => {
    clock = new FakeClock('2026-01-01T00:00:00Z');
  });

  it('stands still until it is moved', async () => {
    expect(new Date(clock.now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
    await clock.advance(1_500);
    expect(new Date(clock.now()).toISOString()).toBe('2026-01-01T00:00:01.500Z');
    expect(clock.monotonic()).toBe(1_500);
  });

  it('fires each timer at its own moment, and those that they set', async () => {
    const fired: [string, number][] = [];
    const note = (name: string) => (): void => void fired.push([name, clock.monotonic()]);
    clock.after(200, note('late'));
    clock.after(100, () => {
      note('early')();
      clock.after(50, note('set by early'));
    });
    clock.after(150, note('cancelled')).cancel();
    await clock.advance(199);
    expect(fired).toEqual([
      ['early', 100],
      ['set by early', 150],
    ]);
    await clock.advance(1);
    expect(fired.at(-1)).toEqual(['late', 200]);
  });

  it('lets what a timer wakes run before the next', async () => {
    const woken: number[] = [];
    const sleeper = (async () => {
      for (let times = 0; times < 3; times += 1) {
        await clock.sleep(10);
        woken.push(clock.monotonic());
      }
    })();
    await clock.advance(30);
    await sleeper;
    expect(woken).toEqual([10, 20, 30]);
  });

  it('ends a sleep whose signal aborts', async () => {
    const stop = new AbortController();
    const sleeping = clock.sleep(10, stop.signal);
    stop.abort(new Error('over'));
    await expect(sleeping).rejects.toThrow('over');
    await expect(clock.sleep(10, stop.signal)).rejects.toThrow('over');
  });
});
