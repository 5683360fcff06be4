import { formatTime, pause, systemClock } from './clock';

const days = 24 * 60 * 60 * 1000;

describe('The clock of the system', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([1, 30, 60])('calls back after %s days, not before', (count) => {
    const called = jest.fn();
    systemClock.after(count * days, called);
    jest.advanceTimersByTime(count * days - 1);
    expect(called).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(called).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not call back what was cancelled, however late', () => {
    const called = jest.fn();
    const timer = systemClock.after(60 * days, called);
    jest.advanceTimersByTime(30 * days);
    timer.cancel();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sleeps for as long as it is told, or until it is woken', async () => {
    const slept = systemClock.sleep(30 * days);
    jest.advanceTimersByTime(30 * days);
    await expect(slept).resolves.toBeUndefined();
    const aborting = new AbortController();
    const woken = systemClock.sleep(30 * days, aborting.signal);
    jest.advanceTimersByTime(26 * days);
    aborting.abort(new Error('up'));
    await expect(woken).rejects.toThrow('up');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('pauses until the time is over or the signal aborts, and still tells of what goes wrong', async () => {
    const stop = new AbortController();
    const paused = pause(systemClock, 1_000, stop.signal);
    const woken = pause(systemClock, 2_000, stop.signal);
    jest.advanceTimersByTime(1_000);
    await expect(paused).resolves.toBeUndefined();
    stop.abort();
    await expect(woken).resolves.toBeUndefined();
    const broken = { ...systemClock, sleep: () => Promise.reject(new Error('no timer')) };
    await expect(pause(broken, 1, new AbortController().signal)).rejects.toThrow('no timer');
  });
});

describe('A time as text', () => {
  it('has whole seconds, whatever was asked before', () => {
    const times = [1_999, 1_000, 999, -1, 1_000].map(formatTime);
    expect(times).toEqual([
      '1970-01-01T00:00:01Z',
      '1970-01-01T00:00:01Z',
      '1970-01-01T00:00:00Z',
      '1969-12-31T23:59:59Z',
      '1970-01-01T00:00:01Z',
    ]);
  });
});
