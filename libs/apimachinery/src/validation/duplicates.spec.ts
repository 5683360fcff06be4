import { repeated, sameKey } from './duplicates';

describe('The values of a list that are there before', () => {
  it('are each named by its place', () => {
    expect([...repeated(['a', 'b', 'a', 'c', 'a'])]).toEqual([
      [2, 'a'],
      [4, 'a'],
    ]);
  });

  it('are the same in any order of their keys', () => {
    const values = [
      { a: 1, b: [{ c: null }] },
      { b: [{ c: null }], a: 1 },
      { a: 1, b: [] },
    ];
    expect([...repeated(values, sameKey)].map(([index]) => index)).toEqual([1]);
  });

  it('are found by looking at each value once', () => {
    let looks = 0;
    const keyOf = (value: number): number => {
      looks += 1;
      return value;
    };
    expect([
      ...repeated(
        Array.from({ length: 30_000 }, (_, index) => index),
        keyOf,
      ),
    ]).toEqual([]);
    expect(looks).toBe(30_000);
  });
});
