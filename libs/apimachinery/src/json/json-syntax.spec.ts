import { JsonSyntaxError, parseJsonText } from './json-syntax';

describe('Text that is no JSON', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['[{"op": ', 'unexpected end of JSON input'],
    ['"open', 'unexpected end of JSON input'],
    ['data: {z: "2"}', "invalid character 'd' looking for beginning of value"],
    ['text', "invalid character 'e' in literal true (expecting 'r')"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{a: 1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a": 1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a": 1 "b"}', `invalid character '"' after object key:value pair`],
    ['{} x', "invalid character 'x' after top-level value"],
    ['[-x]', "invalid character 'x' in numeric literal"],
    ['[1.x]', "invalid character 'x' after decimal point in numeric literal"],
    ['[1e+]', "invalid character ']' in exponent of numeric literal"],
    ['["a\nb"]', "invalid character '\\n' in string literal"],
    ['["\\x"]', "invalid character 'x' in string escape code"],
    ['["\\u12g4"]', "invalid character 'g' in \\u hexadecimal character escape"],
    ["['a']", "invalid character '\\'' looking for beginning of value"],
  ])('%j is told in the words of Go', (text, message) => {
    expect(() => parseJsonText(text)).toThrow(JsonSyntaxError);
    expect(() => parseJsonText(text)).toThrow(expect.objectContaining({ message }));
  });

  it('is also what is nested too deep', () => {
    expect(() => parseJsonText('['.repeat(30_000))).toThrow("invalid character '[' exceeded max depth");
  });
});
