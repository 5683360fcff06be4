import type { Clock } from '@skiff/platform';
import { RetentionSchedule } from './retention';

/** A clock that goes on when it is told to. */
class SteppedClock implements Clock {
  private time = 0;
  private timers: { at: number; callback: () => void }[] = [];
  now = (): number => this.time;
  monotonic = (): number => this.time;
  sleep = (): Promise<void> => Promise.resolve();

  after(milliseconds: number, callback: () => void): { cancel(): void } {
    const timer = { at: this.time + milliseconds, callback };
    this.timers.push(timer);
    return { cancel: () => (this.timers = this.timers.filter((other) => other !== timer)) };
  }

  async step(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    const due = this.timers.filter(({ at }) => at <= this.time);
    this.timers = this.timers.filter(({ at }) => at > this.time);
    for (const { callback } of due) callback();
    await new Promise(setImmediate);
  }
}

function start(retention: { milliseconds?: number; revisions?: number }): {
  clock: SteppedClock;
  store: { newest: bigint; compacted: bigint[]; failures: unknown[]; broken: boolean };
  schedule: RetentionSchedule;
} {
  const clock = new SteppedClock();
  const store = { newest: 0n, compacted: [] as bigint[], failures: [] as unknown[], broken: false };
  const schedule = new RetentionSchedule(retention, clock, {
    revision: () => store.newest,
    historyLength: () => Number(store.newest - (store.compacted.at(-1) ?? 0n)),
    compact: async (revision) => {
      if (store.broken) throw new Error('no space');
      store.compacted.push(revision);
    },
    failed: (error) => store.failures.push(error),
  });
  return { clock, store, schedule };
}

it('revisions are compacted once they are older than the period', async () => {
  const { clock, store, schedule } = start({ milliseconds: 1000 });
  for (let second = 0; second < 10; second++) {
    store.newest += 10n;
    await clock.step(200);
  }
  // After 2 s the newest revision of 1 s ago is gone to.
  expect(store.compacted.at(-1)).toBe(50n);
  expect(store.newest).toBe(100n);
  schedule.stop();
  const before = store.compacted.length;
  await clock.step(5000);
  expect(store.compacted).toHaveLength(before);
});

it('no more revisions are kept than allowed, however young', async () => {
  const { clock, store } = start({ milliseconds: 1000, revisions: 100 });
  store.newest = 1000n;
  await clock.step(200);
  expect(store.compacted).toEqual([900n]);
});

it('a compaction that failed is told of, and tried again', async () => {
  const { clock, store } = start({ milliseconds: 1000, revisions: 100 });
  store.newest = 1000n;
  store.broken = true;
  await clock.step(200);
  expect(store.failures).toEqual([new Error('no space')]);
  store.broken = false;
  await clock.step(200);
  expect(store.compacted).toEqual([900n]);
});
