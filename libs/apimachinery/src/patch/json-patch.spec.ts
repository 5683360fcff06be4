import fc from 'fast-check';
import { isJsonObject, jsonEqual, PatchError, type Json, type JsonObject } from './json';
import { applyJsonPatch } from './json-patch';

const document = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

describe('A JSON patch', () => {
  it('adds, removes, replaces, moves, copies and tests', () => {
    const target = { a: { 'b/c': [1, 2] }, d: 'e' };
    const patch = [
      { op: 'test', path: '/d', value: 'e' },
      { op: 'add', path: '/a/b~1c/1', value: 9 },
      { op: 'add', path: '/a/b~1c/-', value: 3 },
      { op: 'remove', path: '/a/b~1c/0' },
      { op: 'replace', path: '/d', value: 'f' },
      { op: 'copy', from: '/a/b~1c', path: '/copy' },
      { op: 'move', from: '/d', path: '/moved' },
    ];
    expect(applyJsonPatch(target, patch)).toEqual({ a: { 'b/c': [9, 2, 3] }, copy: [9, 2, 3], moved: 'f' });
    expect(target).toEqual({ a: { 'b/c': [1, 2] }, d: 'e' });
  });

  it.each([
    [[{ op: 'remove', path: '/none' }]],
    [[{ op: 'add', path: '/none/deeper', value: 1 }]],
    [[{ op: 'test', path: '/a', value: 2 }]],
    [[{ op: 'turn', path: '/a' }]],
    ['text'],
  ] satisfies [Json][])('that does not apply is refused: %j', (patch) =>
    expect(() => applyJsonPatch({ a: 1 }, patch)).toThrow(PatchError),
  );

  it('that reaches for a prototype finds nothing there, and changes none', () => {
    const operation = { op: 'add', path: '/__proto__/polluted', value: true };
    expect(() => applyJsonPatch({}, [operation])).toThrow(/missing path/);
    expect(() => applyJsonPatch({}, [{ ...operation, path: '/constructor/prototype/polluted' }])).toThrow(
      /missing path/,
    );
    expect('polluted' in {}).toBe(false);
  });

  it('that adds a member shows it under its path, whatever its name', () => {
    fc.assert(
      fc.property(fc.string(), document, (name, value) => {
        const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const result = applyJsonPatch({}, [{ op: 'add', path, value }]);
        expect(
          isJsonObject(result) && jsonEqual(Object.getOwnPropertyDescriptor(result, name)?.value as Json, value),
        ).toBe(true);
      }),
    );
  });

  it.each([
    ['begins a path after its first slash', 'data/a', { op: 'add', value: 1 }, { b: 2, a: 1 }],
    ['adds what it should replace', '/a', { op: 'replace', value: 1 }, { b: 2, a: 1 }],
    ['copies null from where nothing is', '/a', { op: 'copy', from: '/none' }, { b: 2, a: null }],
    ['takes an absent value for null', '/a', { op: 'add' }, { b: 2, a: null }],
    ['takes an absent value for null in a test', '/none', { op: 'test' }, { b: 2 }],
    ['leaves other signs after a tilde alone', '/~2', { op: 'add', value: 1 }, { b: 2, '~2': 1 }],
  ] satisfies [string, string, JsonObject, Json][])('%s, as upstream', (_, path, operation, result) =>
    expect(applyJsonPatch({ b: 2 }, [{ ...operation, path }])).toEqual(result),
  );

  it('counts from the end of a list, where what is added comes after all others', () => {
    const operations = [
      { op: 'add', path: '/-1', value: 4 },
      { op: 'replace', path: '/-4', value: 0 },
      { op: 'remove', path: '/-2' },
    ];
    expect(applyJsonPatch([1, 2, 3], operations)).toEqual([0, 2, 4]);
  });

  it('that is null changes nothing', () => expect(applyJsonPatch({ a: 1 }, null)).toEqual({ a: 1 }));

  it.each([
    [{ op: 'remove', path: '' }, 'remove operation does not apply: doc is missing path: "": missing value'],
    [{ op: 'add', value: 1 }, 'add operation failed to decode path: missing value'],
    [{ op: 'move', path: '/a' }, 'move operation failed to decode from: missing value'],
    [
      { op: 'move', from: '/none', path: '/a' },
      "error in move for path: 'none': Unable to remove nonexistent key: none: missing value",
    ],
    [
      { op: 'remove', path: '/none' },
      "error in remove for path: '/none': Unable to remove nonexistent key: none: missing value",
    ],
    [
      { op: 'add', path: '/list/9', value: 1 },
      "error in add for path: '/list/9': Unable to access invalid index: 9: invalid index referenced",
    ],
    [
      { op: 'add', path: '/no/such', value: 1 },
      'add operation does not apply: doc is missing path: "/no/such": missing value',
    ],
    [
      { op: 'replace', path: '/list/9', value: 1 },
      'replace operation does not apply: doc is missing key: /list/9: missing value',
    ],
    [{ op: 'replace', path: '', value: 1 }, 'replace operation value must be object or array'],
    [{ path: '/a' }, 'Unexpected kind: unknown'],
  ] satisfies [JsonObject, string][])('%j does not fit', (operation, message) =>
    expect(() => applyJsonPatch({ list: [1] }, [operation])).toThrow(new PatchError(message, 'unprocessable')),
  );

  it.each([
    [7, 'error decoding patch: json: cannot unmarshal number into Go value of type []handlers.jsonPatchOp'],
    [[7], 'error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp'],
    [
      [{ op: 'add', path: 7 }],
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string',
    ],
  ] satisfies [Json, string][])('%j is none', (patch, message) =>
    expect(() => applyJsonPatch({}, patch)).toThrow(new PatchError(message)),
  );

  it('is bounded in its operations, and in what it copies', () => {
    const many = Array.from({ length: 10_001 }, () => ({}));
    const message = 'The allowed maximum operations in a JSON patch is 10000, got 10001';
    expect(() => applyJsonPatch({}, many)).toThrow(new PatchError(message, 'too large'));
    const doubling = Array.from({ length: 30 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }));
    expect(() => applyJsonPatch({ a: ['x'.repeat(100)] }, doubling)).toThrow(/exceeding the limit 3145728/);
    const nesting = Array.from({ length: 3_000 }, () => [
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'replace', path: '/a', value: {} },
      { op: 'move', from: '/b', path: '/a/b' },
    ]);
    expect(() => applyJsonPatch({ a: {} }, nesting.flat())).toThrow(/copied values is \d+, exceeding the limit 100000/);
  });
});
