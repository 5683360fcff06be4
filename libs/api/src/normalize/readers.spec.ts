import type { Place } from './place';
import { scalarReaders } from './readers';

const place: Place = { parent: undefined, step: 'data', struct: 'Secret' };
const read = (text: string): unknown => scalarReaders.bytes(text, place, { unknownFields: [] });

describe('Bytes in JSON', () => {
  test('are base64, in which line breaks do not count', () => {
    expect(read('YQ==')).toBe('YQ==');
    expect(read('Y\r\nQ=\n=\n')).toBe('YQ==');
    expect(read('')).toBe('');
  });

  test.each(['Y!==', 'YQ', 'YQ=a'])('that are not %s', (text) =>
    expect(() => read(text)).toThrow('illegal base64 data at input byte'),
  );

  test('are read in linear time', () => {
    expect(() => read(`${'\n'.repeat(1_000_000)}!`)).toThrow('illegal base64 data at input byte 1000000');
  });
});
