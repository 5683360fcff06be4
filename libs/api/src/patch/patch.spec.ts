import fc from 'fast-check';
import { isJsonObject, jsonEqual, PatchError, type Json, type JsonObject } from './json';
import { applyJsonPatch } from './json-patch';
import { applyMergePatch } from './merge-patch';
import { applyStrategicMergePatch } from './strategic-merge';

const podSpec = 'k8s.io.api.core.v1.PodSpec';
const serviceSpec = 'k8s.io.api.core.v1.ServiceSpec';
const document = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

/** RFC 7396's own table of examples. */
describe('A merge patch', () => {
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ] satisfies [Json, Json, Json][])('changes %j by %j to %j', (target, patch, result) =>
    expect(applyMergePatch(target, patch)).toEqual(result),
  );

  test('applied twice changes nothing more, and leaves its target alone', () => {
    fc.assert(
      fc.property(document, document, (target, patch) => {
        const before = structuredClone(target);
        const once = applyMergePatch(target, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
        expect(target).toEqual(before);
      }),
    );
  });
});

describe('A JSON patch', () => {
  test('adds, removes, replaces, moves, copies and tests', () => {
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

  test.each([
    [[{ op: 'remove', path: '/none' }]],
    [[{ op: 'replace', path: '/none', value: 1 }]],
    [[{ op: 'add', path: '/none/deeper', value: 1 }]],
    [[{ op: 'test', path: '/a', value: 2 }]],
    [[{ op: 'turn', path: '/a' }]],
    ['text'],
  ] satisfies [Json][])('that does not apply is refused: %j', (patch) =>
    expect(() => applyJsonPatch({ a: 1 }, patch)).toThrow(PatchError),
  );

  test('that reaches for a prototype finds nothing there, and changes none', () => {
    const operation = { op: 'add', path: '/__proto__/polluted', value: true };
    expect(() => applyJsonPatch({}, [operation])).toThrow(/missing path/);
    expect(() => applyJsonPatch({}, [{ ...operation, path: '/constructor/prototype/polluted' }])).toThrow(
      /missing path/,
    );
    expect('polluted' in {}).toBe(false);
  });

  test('that adds a member shows it under its path, whatever its name', () => {
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
});

describe('A strategic merge patch', () => {
  const containers = (...names: string[]): JsonObject => ({
    containers: names.map((name) => ({ name, image: 'a' })),
  });

  test('merges lists by their key, and adds what is new in front', () => {
    const patch = { containers: [{ name: 'two', image: 'b' }, { name: 'new' }] };
    const result = applyStrategicMergePatch(containers('one', 'two'), patch, podSpec);
    expect(result['containers']).toEqual(
      expect.arrayContaining([{ name: 'one', image: 'a' }, { name: 'two', image: 'b' }, { name: 'new' }]),
    );
    expect(result['containers']).toHaveLength(3);
  });

  test('takes elements out, replaces lists and maps, and keeps an order', () => {
    const gone = { containers: [{ name: 'one', $patch: 'delete' }] };
    expect(applyStrategicMergePatch(containers('one', 'two'), gone, podSpec)).toEqual(containers('two'));
    const replaced = { containers: [{ name: 'three' }, { $patch: 'replace' }] };
    expect(applyStrategicMergePatch(containers('one'), replaced, podSpec)).toEqual({ containers: [{ name: 'three' }] });
    const map = { nodeSelector: { $patch: 'replace', c: 'd' } };
    expect(applyStrategicMergePatch({ nodeSelector: { a: 'b' } }, map, podSpec)).toEqual({ nodeSelector: { c: 'd' } });
    const ordered = { '$setElementOrder/containers': [{ name: 'two' }, { name: 'one' }] };
    expect(applyStrategicMergePatch(containers('one', 'two'), ordered, podSpec)).toEqual(containers('two', 'one'));
  });

  test('keeps ports of one number and two protocols apart as its schema says', () => {
    const target = { ports: [{ port: 53, protocol: 'UDP', name: 'a' }] };
    const patch = { ports: [{ port: 53, protocol: 'UDP', name: 'b' }] };
    expect(applyStrategicMergePatch(target, patch, serviceSpec)).toEqual(patch);
  });

  test('replaces a list that is one value, and refuses directives that it does not know', () => {
    const args = (...list: string[]): JsonObject => ({ containers: [{ name: 'c', args: list }] });
    expect(applyStrategicMergePatch(args('a', 'b'), args('c'), podSpec)).toEqual(args('c'));
    expect(() => applyStrategicMergePatch({}, { $patch: 'shake' }, podSpec)).toThrow('Unknown patch type found: shake');
  });

  test('is a merge patch where there are no lists', () => {
    const map = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.option(fc.stringMatching(/^[a-z]{1,3}$/)));
    fc.assert(
      fc.property(map, map, (target, patch) => {
        const present = Object.fromEntries(Object.entries(target).filter(([, value]) => value !== null));
        const wanted = applyMergePatch({ nodeSelector: present }, { nodeSelector: patch });
        expect(applyStrategicMergePatch({ nodeSelector: present }, { nodeSelector: patch }, podSpec)).toEqual(wanted);
      }),
    );
  });
});
