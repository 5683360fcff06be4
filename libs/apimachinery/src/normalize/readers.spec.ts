import { integerOf } from '@skiff/contracts';
import type { Place } from './place';
import { scalarReaders } from './readers';

const place: Place = { parent: undefined, step: 'data', struct: 'Secret' };
const read = (text: string): unknown => scalarReaders.bytes(text, place, { unknownFields: [] });

describe('Bytes in JSON', () => {
  it('are base64, in which line breaks do not count', () => {
    expect(read('YQ==')).toBe('YQ==');
    expect(read('Y\r\nQ=\n=\n')).toBe('YQ==');
    expect(read('')).toBe('');
  });

  it.each(['Y!==', 'YQ', 'YQ=a'])('that are not %s', (text) =>
    expect(() => read(text)).toThrow('illegal base64 data at input byte'),
  );

  it('are read in linear time', () => {
    expect(() => read(`${'\n'.repeat(1_000_000)}!`)).toThrow('illegal base64 data at input byte 1000000');
  });
});

describe('A number in JSON', () => {
  const at: Place = { parent: undefined, step: 'a', struct: 'S' };
  const as = (type: keyof typeof scalarReaders, value: unknown): unknown =>
    scalarReaders[type](value, at, { unknownFields: [] });
  const large = integerOf(9007199254740993n);

  it('of 64 bits is exact', () => {
    for (const value of [large, integerOf(-(2n ** 63n)), Number.MIN_SAFE_INTEGER, 0])
      expect(as('int64', value)).toBe(value);
  });

  it.each([
    ['int64', integerOf(2n ** 63n), '9223372036854775808'],
    ['int64', integerOf(-(2n ** 63n) - 1n), '-9223372036854775809'],
    ['int64', 1.5, '1.5'],
    ['int32', large, '9007199254740993'],
    ['int32', 2 ** 31, '2147483648'],
  ] as const)('is no %s: %s', (type, value, digits) =>
    expect(() => as(type, value)).toThrow(
      `json: cannot unmarshal number ${digits} into Go struct field S.a of type ${type}`,
    ),
  );

  it.each(['string', 'bool', 'bytes'] as const)('is no %s, however large', (type) =>
    expect(() => as(type, large)).toThrow('json: cannot unmarshal number into Go struct field S.a of type'),
  );

  it('is rounded as a float', () => expect(as('double', large)).toBe(2 ** 53));
});
