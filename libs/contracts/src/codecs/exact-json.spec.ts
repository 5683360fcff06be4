import { isDeepStrictEqual } from 'node:util';
import { ExactInteger, integerOf } from './exact-integer';
import { parseJson, writeJson } from './exact-json';

const big = integerOf(9007199254740993n);

describe('JSON with large integers', () => {
  it.each([
    '{"a":9007199254740993}',
    '[9223372036854775807,-9223372036854775808,9223372036854775808]',
    '{"a":[{"b":-9007199254740993,"c":"9007199254740993","d":[],"e":{}}],"f":null,"g":1.5,"h":true}',
    '{"__proto__":{"\\"x\\\\":9007199254740993},"constructor":[[1],[[9007199254740993]]]}',
  ])('is written as it was read: %s', (text) => {
    expect(writeJson(parseJson(text))).toBe(text);
    expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it.each([
    '{"a":{"a":1,"b":[1,{}]},"t":"x: 1234567890123456789"}',
    '[ 1234567890123456 , 1e30, 1.2345678901234567890 ]',
    '" 12345678901234567"',
    'null',
  ])('is what JSON.parse reads where that is exact: %s', (text) => expect(parseJson(text)).toEqual(JSON.parse(text)));

  it('is read in linear time, however long its strings are', () => {
    const text = `["${'x\\n'.repeat(500_000)}", 9007199254740993]`;
    expect((parseJson(text) as unknown[])[1]).toBe(big);
  });

  it('keeps the last of two members of a name, in the place of the first', () =>
    expect(writeJson(parseJson('{"a":1,"b":2,"a":9007199254740993}'))).toBe('{"a":9007199254740993,"b":2}'));

  it.each([
    '{"a":9007199254740993,"a":1}',
    '{"a":9007199254740993,"a":9007199254740992}',
    '{"a":9007199254740993,"a":9007199254740992.0}',
    '{"a":9007199254740993,"a":"9007199254740993"}',
    '{"a":9007199254740993,"a":{"toString":1}}',
    '{"a":[9007199254740993,2],"a":[9007199254740992]}',
    '{"a":{"b":9007199254740993},"a":[9007199254740993]}',
  ])('does not mind members whose name comes again: %s', (text) => {
    const last = text.replace(/"a":.*,"a":/, '"a":');
    expect(writeJson(parseJson(text))).toBe(writeJson(parseJson(last)));
  });

  it('finds its members by names of any form', () => {
    const text =
      String.raw`{"\u0061\"b" : { "\\" : [ 1.5e3 , -9007199254740993 , [ ] , {"":9007199254740995 } ]\t} }`.replace(
        '\\t',
        '\t',
      );
    expect(writeJson(parseJson(text))).toBe('{"a\\"b":{"\\\\":[1500,-9007199254740993,[],{"":9007199254740995}]}}');
  });

  it('is refused where it is none', () => expect(() => parseJson('{"a":9007199254740993')).toThrow(SyntaxError));

  it('is laid out as JSON.stringify lays it out, without what is undefined', () => {
    const value = { a: [1, { b: 12 }, []], c: undefined, d: {}, e: 'x' };
    const exact = { ...value, f: [undefined, big], g: undefined };
    const rounded = JSON.stringify({ ...value, f: [undefined, Number(big)] }, null, 2);
    expect(writeJson(exact, 2)).toBe(rounded.replace('9007199254740992', '9007199254740993'));
  });
});

describe('An integer that a number does not hold', () => {
  it('is a number in arithmetic, and exact as text', () => {
    expect(big).toBeInstanceOf(ExactInteger);
    expect(big > 5).toBe(true);
    expect(big * 2).toBe(2 ** 54);
    expect(String(big)).toBe('9007199254740993');
  });

  it('equals itself alone', () => {
    expect(integerOf(9007199254740993n)).toBe(big);
    expect(isDeepStrictEqual([integerOf(9007199254740992n)], [big])).toBe(false);
  });

  it('is a plain number where that is exact', () => expect(integerOf(9007199254740991n)).toBe(9007199254740991));
});
