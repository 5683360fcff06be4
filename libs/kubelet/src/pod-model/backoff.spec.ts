import { BackOff } from './backoff';

describe('the back-off', () => {
  it('lets the first restart go at once, then waits 10 s, doubling to 5 min', () => {
    const backOff = new BackOff(10_000, 300_000);
    let now = 0;
    expect(backOff.remaining('c', now, now)).toBe(0);
    const waits: number[] = [];
    for (let crash = 0; crash < 7; crash += 1) {
      backOff.next('c', now, now);
      const failed = now + 100;
      waits.push(backOff.remaining('c', failed, failed) / 1000);
      now = failed + backOff.delay('c');
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  it('begins anew after twice the maximum without a failure', () => {
    const backOff = new BackOff(10_000, 300_000);
    backOff.next('c', 0, 0);
    expect(backOff.remaining('c', 600_001, 600_001)).toBe(0);
  });
});
