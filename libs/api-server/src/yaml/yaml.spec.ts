import { jsonParser } from '@skiff/contracts';
import { FakeClock } from '@skiff/testing';
import * as jsYaml from 'js-yaml';
import * as yaml from 'yaml';
import { yamlCodec } from './codec';
import { YamlService } from './yaml';

const codec = yamlCodec(jsYaml, yaml, jsonParser);
const read = (text: string): unknown => JSON.parse(codec.read(text).json);

describe('YAML', () => {
  it.each([
    ['a: 1\nb: [x, "1", 1.5, ~]', { a: 1, b: ['x', '1', 1.5, null] }],
    ['a: yes\nb: off\n"y": "n"', { a: true, b: false, y: 'n' }],
    ['a: 2001-12-14', { a: '2001-12-14' }],
    ['a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}', { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } }],
    ['a: 1\n---\nb: 2', { a: 1 }],
    ['__proto__: {a: 1}', JSON.parse('{"__proto__":{"a":1}}')],
    ['', null],
  ])('is read as upstream reads it: %j', (text, value) => expect(read(text)).toEqual(value));

  it('tells which keys a map has twice, and keeps the last', () => {
    const text = 'a: 1\nb:\n  c: 1\n  "c": 2\na: 3\n';
    expect(codec.read(text)).toEqual({
      json: '{"a":3,"b":{"c":2}}',
      duplicates: [
        { key: 'c', line: 4 },
        { key: 'a', line: 5 },
      ],
    });
  });

  it.each([
    ['a: [', 'yaml: line 2: '],
    ['a: *b', 'yaml: line 1: unidentified alias "b"'],
    ['a: &a [*a]', 'yaml: anchor value contains itself'],
    ['['.repeat(100_000), 'yaml: exceeded max depth of 1000'],
    [
      Array.from(
        { length: 10 },
        (_, level) => `a${level}: &a${level} [${level ? `*a${level - 1},`.repeat(9) : 'x'}]`,
      ).join('\n'),
      'yaml: document contains excessive aliasing',
    ],
  ])('is refused: case %#', (text, why) => expect(() => codec.read(text)).toThrow(why));

  it.each([
    ['a: 9007199254740993', '{"a":9007199254740993}'],
    [
      '- -9223372036854775808\n- +9223372036854775807\n- 18446744073709551615',
      '[-9223372036854775808,9223372036854775807,18446744073709551615]',
    ],
    ['a: 0x20000000000001\nb: 0b101\nc: -0o17\nd: 0', '{"a":9007199254740993,"b":5,"c":-15,"d":0}'],
    ['a: "9007199254740993"\nb: 9007199254740993.5', '{"a":"9007199254740993","b":9007199254740994}'],
  ])('keeps integers exact: %j', (text, json) => {
    expect(codec.read(text).json).toBe(json);
    expect(codec.read(codec.print(json)).json).toBe(json);
  });

  it('is printed as upstream prints it', () => {
    const json = '{"b":[{"d":1,"c":"x"}],"a":"true","e":null}';
    expect(codec.print(json)).toBe("a: 'true'\nb:\n- c: x\n  d: 1\ne: null\n");
  });
});

describe('Large YAML', () => {
  const service = new YamlService(new FakeClock());
  afterAll(() => service.close());
  const keys = Array.from({ length: 20_000 }, (_, index) => `key-${index}`);
  const text = `data:\n${keys.map((key) => `  ${key}: value`).join('\n')}\n`;

  it('is read and printed while others go on, as if it were small', async () => {
    const document = service.read(text);
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      handle = setImmediate(turn);
    };
    let handle = setImmediate(turn);
    const { json, duplicates } = await document;
    clearImmediate(handle);
    expect(turns).toBeGreaterThan(10);
    expect(duplicates).toEqual([]);
    expect(Object.keys((JSON.parse(json) as { data: object }).data)).toEqual(keys);
    expect(JSON.parse((await service.read(await service.print(json))).json)).toEqual(JSON.parse(json));
  });

  it('keeps integers exact', async () => {
    const { json } = await service.read(`${text}large: 9007199254740993\n`);
    expect(json).toContain('"large":9007199254740993');
    expect(await service.print(json)).toContain('\nlarge: 9007199254740993\n');
  });

  it('tells what is wrong with it', async () => {
    await expect(service.read(`${text}a: [`)).rejects.toThrow('yaml: line 20003: ');
    expect((await service.read(`${text}data: 1`)).duplicates).toEqual([{ key: 'data', line: 20_002 }]);
  });
});
