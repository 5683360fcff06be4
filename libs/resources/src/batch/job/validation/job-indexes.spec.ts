import { firstOverlap } from './job-indexes';

describe('indexes that two texts have in common', () => {
  it.each([
    ['1,3-5', '0,2,6', undefined],
    ['1,3-5', '5-9', 5],
    ['4-6,0-9', '7,2', 2],
    ['0-100,1-2', '50', 50],
    ['1,x,90', '90,1', 1],
    ['', '1', undefined],
  ])('are %j and %j first at %j', (one, other, first) => {
    expect(firstOverlap(one, other, 1_000)).toBe(first);
  });

  // Each interval with each would be 40,000 million comparisons.
  it('are found in one pass', () => {
    const numbers = (first: number): string => Array.from({ length: 200_000 }, (_, index) => first + 2 * index).join();
    expect(firstOverlap(numbers(0), numbers(1), 1e6)).toBeUndefined();
    expect(firstOverlap(numbers(0), `${numbers(1)},399998`, 1e6)).toBe(399_998);
  });
});
