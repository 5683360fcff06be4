import { parseGoTime, rfc3339, rfc3339Micro } from './go-time';
import { DecodeError } from './problem';

describe('A time', () => {
  it.each([
    ['2020-02-29T23:59:59Z', rfc3339, '2020-02-29T23:59:59.000Z'],
    ['2020-01-01T02:00:00+02:00', rfc3339, '2020-01-01T00:00:00.000Z'],
    ['2020-01-01T00:00:00.5Z', rfc3339, '2020-01-01T00:00:00.500Z'],
    ['2020-01-01T00:00:00.123456Z', rfc3339Micro, '2020-01-01T00:00:00.123Z'],
  ])('%s is read', (text, layout, iso) => expect(parseGoTime(text, layout).toISOString()).toBe(iso));

  it.each([
    ['soon', rfc3339, 'parsing time "soon" as "2006-01-02T15:04:05Z07:00": cannot parse "soon" as "2006"'],
    ['2020', rfc3339, 'parsing time "2020" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "-"'],
    [
      '2020-01-01 00:00:00Z',
      rfc3339,
      'parsing time "2020-01-01 00:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse " 00:00:00Z" as "T"',
    ],
    [
      '2020-01-01T00:00:00',
      rfc3339,
      'parsing time "2020-01-01T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"',
    ],
    [
      '2020-01-01T00:00:00Z',
      rfc3339Micro,
      'parsing time "2020-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    ],
    ['2020-13-01T00:00:00Z', rfc3339, 'parsing time "2020-13-01T00:00:00Z": month out of range'],
    ['2019-02-29T00:00:00Z', rfc3339, 'parsing time "2019-02-29T00:00:00Z": day out of range'],
    ['2020-01-01T24:00:00Z', rfc3339, 'parsing time "2020-01-01T24:00:00Z": hour out of range'],
    ['2020-01-01T00:00:00Zx', rfc3339, 'parsing time "2020-01-01T00:00:00Zx": extra text: "x"'],
  ])('%s is refused in the words of Go', (text, layout, message) =>
    expect(() => parseGoTime(text, layout)).toThrow(new DecodeError(message)),
  );
});
