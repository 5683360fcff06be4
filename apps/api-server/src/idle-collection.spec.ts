import { eventually, FakeClock } from '@skiff/testing';
import { collectWhenIdle } from './idle-collection';

const MiB = 1 << 20;

describe('collection of garbage when a process is idle', () => {
  const stop = new AbortController();
  afterAll(() => stop.abort());

  function start() {
    const clock = new FakeClock();
    const used = { bytes: 50 * MiB, heapBytes: 40 * MiB, cpuMilliseconds: 0 };
    const collect = jest.fn(() => Promise.resolve(void (used.bytes = 60 * MiB)));
    collectWhenIdle({ clock, usage: () => ({ ...used }), collect }, stop.signal);
    return { clock, used, collect };
  }

  it('waits until the process is idle, and collects once', async () => {
    const { clock, used, collect } = start();
    Object.assign(used, { bytes: 300 * MiB, cpuMilliseconds: 4_000 });
    await clock.advance(5_000);
    expect(collect).not.toHaveBeenCalled();
    await clock.advance(5_000);
    expect(collect).toHaveBeenCalledTimes(1);
    await clock.advance(60_000);
    expect(collect).toHaveBeenCalledTimes(1);
  });

  it('leaves a process alone that has gained little', async () => {
    const { clock, used, collect } = start();
    used.bytes += 10 * MiB;
    await clock.advance(60_000);
    expect(collect).not.toHaveBeenCalled();
  });

  it('leaves a process alone that would be stopped for long', async () => {
    const { clock, used, collect } = start();
    Object.assign(used, { bytes: 300 * MiB, heapBytes: 150 * MiB });
    await clock.advance(60_000);
    expect(collect).not.toHaveBeenCalled();
  });

  it('collects in earnest', async () => {
    const clock = new FakeClock();
    let bytes = 0;
    collectWhenIdle(
      { clock, usage: () => ({ bytes: (bytes += 20 * MiB), heapBytes: 0, cpuMilliseconds: 0 }) },
      stop.signal,
    );
    let garbage: object | undefined = {};
    const weak = new WeakRef(garbage);
    garbage = undefined;
    await clock.advance(5_000);
    await eventually(() => weak.deref() === undefined);
  });
});
