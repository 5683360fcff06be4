import { randomUuid, seededRandom, systemRandom } from './random';

describe('random numbers', () => {
  it('are from 0 to below 1, and evenly so', () => {
    for (const random of [systemRandom, seededRandom(1)]) {
      const drawn = Array.from({ length: 10_000 }, () => random());
      expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
      const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
      expect(mean).toBeGreaterThan(0.47);
      expect(mean).toBeLessThan(0.53);
    }
  });

  it('are the same for the same seed and purpose, whatever else is drawn', () => {
    const first = seededRandom(7);
    const second = seededRandom(7);
    second('another');
    second();
    const draw = (random: typeof first): number[] => Array.from({ length: 5 }, () => random('one'));
    expect(draw(second)).toEqual(draw(first));
    expect(draw(first)).not.toEqual(draw(seededRandom(8)));
    expect(new Set(draw(first)).size).toBe(5);
  });

  it('make UUIDs of version 4 that differ', () => {
    for (const random of [systemRandom, seededRandom(1)]) {
      const made = Array.from({ length: 1_000 }, () => randomUuid(random));
      for (const uuid of made) {
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }
      expect(new Set(made).size).toBe(1_000);
    }
    expect(randomUuid(() => 0)).toBe('00000000-0000-4000-8000-000000000000');
  });
});
