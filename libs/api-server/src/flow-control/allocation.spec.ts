import fc from 'fast-check';
import { allocate } from './allocation';
import type { LevelConfig } from './config';
import { DemandIntegrator, SmoothedDemand } from './demand';
import { seatsOf } from './seats';

const level = (name: string, shares: number, more: Partial<LevelConfig> = {}): LevelConfig => ({
  name,
  uid: name,
  isExempt: false,
  shares,
  lendablePercent: 0,
  borrowingLimitPercent: undefined,
  queuing: undefined,
  ...more,
});

describe('The seats of levels', () => {
  it('are shared by their shares, and lent and borrowed as far as they say', () => {
    const levels = [
      level('high', 40, { lendablePercent: 50 }),
      level('low', 100, { lendablePercent: 90, borrowingLimitPercent: 10 }),
      level('exempt', 0, { isExempt: true }),
    ];
    expect(levels.map((one) => seatsOf(one, levels, 150))).toEqual([
      { nominal: 43, lower: 21, upper: 193 },
      { nominal: 108, lower: 11, upper: 119 },
      { nominal: 0, lower: 0, upper: 150 },
    ]);
  });

  it('go to whoever wants them, and each keeps what it does not lend', () => {
    const { seats } = allocate(100, [
      { lower: 10, upper: 200, target: 90 },
      { lower: 10, upper: 200, target: 10 },
      { lower: 20, upper: 20, target: 20 },
    ]);
    expect(seats.map(Math.round)).toEqual([70, 10, 20]);
  });

  it('are the same part of what each wants, within its bounds, and add up, whatever these are', () => {
    const want = fc
      .record({ lower: fc.nat(20), room: fc.nat(50), over: fc.nat(60) })
      .map(({ lower, room, over }) => ({ lower, upper: lower + room, target: lower + over }));
    fc.assert(
      fc.property(
        fc.array(want, { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (wants, part) => {
          const least = wants.reduce((sum, { lower }) => sum + lower, 0);
          const most = wants.reduce((sum, { upper }) => sum + upper, 0);
          const sum = Math.round(least + part * (most - least));
          const { seats, fairFraction } = allocate(sum, wants);
          expect(seats.reduce((all, one) => all + one, 0)).toBeCloseTo(sum, 6);
          for (const [index, { lower, upper, target }] of wants.entries()) {
            const own = seats[index] ?? NaN;
            expect(own).toBeCloseTo(Math.max(lower, Math.min(upper, fairFraction * Math.max(target, 0.001))), 6);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('What a level wants', () => {
  it('is its average and how much that varies, and its most', () => {
    let now = 0;
    const demand = new DemandIntegrator(() => now);
    demand.set(10, now);
    now = 500;
    demand.set(0, now);
    now = 1_000;
    expect(demand.take()).toEqual({ average: 5, deviation: 5, most: 10 });
    now = 2_000;
    expect(demand.take()).toEqual({ average: 0, deviation: 0, most: 0 });
  });

  it('rises at once, and falls slowly', () => {
    const smoothed = new SmoothedDemand();
    smoothed.update({ average: 10, deviation: 2, most: 20 });
    expect(smoothed.smoothed).toBe(12);
    smoothed.update({ average: 0, deviation: 0, most: 0 });
    expect(smoothed.smoothed).toBeCloseTo(11.72);
  });
});
