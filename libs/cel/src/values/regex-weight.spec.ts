import { regexWeight } from './regex-weight';

describe('the weight of a pattern', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['a|b', 2],
    ['a*b+c?', 3],
    ['a{10}', 10],
    ['a{2,10}b', 11],
    ['a{3,}', 3],
    ['(ab){10}', 30],
    ['((a{10}){10}){10}', 1_110],
    ['[a-z]{10}', 50],
    [String.raw`\.\{5\}`, 4],
    [String.raw`\x{100}{2}`, 2],
    [String.raw`\pL\p{Greek}`, 100],
    [String.raw`(?i)[\x{100}-\x{200}]`, 2_007],
    ['(?i)é', 103],
    ['[[:alpha:]]]', 6],
    ['a{', 2],
    ['((a', 1],
    [')a', 2],
  ])('%s', (pattern, weight) => {
    expect(regexWeight(pattern)).toBe(weight);
  });

  it('takes linear time', () => {
    for (const piece of ['[', '(', '\\', '{1', 'a{9}', '(?', '[^]', '\\p{', '[\\]'])
      expect(regexWeight(piece.repeat(50_000 / piece.length))).toBeGreaterThanOrEqual(0);
  });
});
