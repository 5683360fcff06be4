import { integerOf } from '@skiff/contracts';
import { readFlag, readInteger } from './query';

const query = (text: string): URLSearchParams => new URLSearchParams(text);

describe('A boolean of a query', () => {
  it.each(['watch=0', 'watch=false', 'watch=False', 'watch=FALSE', 'watch=fAlSe', 'watch=false&watch=true'])(
    'is false for %s',
    (text) => expect(readFlag(query(text), 'watch')).toBe(false),
  );

  it.each(['watch', 'watch=', 'watch=1', 'watch=true', 'watch=True', 'watch=no', 'watch=00', 'watch=true&watch=0'])(
    'is true for %s',
    (text) => expect(readFlag(query(text), 'watch')).toBe(true),
  );

  it('is absent where it is not given', () => {
    expect(readFlag(query('Watch=1'), 'watch')).toBeUndefined();
  });
});

describe('An integer of a query', () => {
  it.each([
    ['0', 0],
    ['500', 500],
    ['+7', 7],
    ['-1', -1],
    ['-9223372036854775808', integerOf(-(2n ** 63n))],
  ])('%s is read', (text, value) => {
    expect(readInteger(new URLSearchParams({ limit: text }), 'limit')).toBe(value);
  });

  it.each(['', 'abc', '1.5', '1e3', ' 1', '0x10'])('%j is refused', (text) => {
    expect(() => readInteger(new URLSearchParams({ limit: text }), 'limit')).toThrow(
      `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  });

  it('of more than 64 bits is refused', () => {
    expect(() => readInteger(query('limit=-9223372036854775809'), 'limit')).toThrow('value out of range');
  });
});
