import { nextInt64, parseInt64 } from './int64';

it('Whole numbers of 64 bits are exact, and nothing else is one', () => {
  expect(parseInt64('3546343826724305833')).toBe(3546343826724305833n);
  expect(parseInt64('-9223372036854775808')).toBe(-(2n ** 63n));
  expect(parseInt64('+007')).toBe(7n);
  for (const text of ['9223372036854775808', '', '1.0', '1e3', 'x', ' 1', '9'.repeat(1000)])
    expect(parseInt64(text)).toBeUndefined();
  expect(nextInt64(9007199254740993n)).toBe(9007199254740994n);
  expect(nextInt64(2n ** 63n - 1n)).toBe(-(2n ** 63n));
});
