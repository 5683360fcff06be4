import fc from 'fast-check';
import { PatchError, type Json } from './json';
import { applyMergePatch } from './merge-patch';

const document = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const patch = fc.dictionary(fc.string(), document);

/** RFC 7396's own table of examples, but for patches that are no objects. */
describe('A merge patch', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ] satisfies [Json, Json, Json][])('changes %j by %j to %j', (target, patch, result) =>
    expect(applyMergePatch(target, patch)).toEqual(result),
  );

  it('applied twice changes nothing more, and leaves its target alone', () => {
    fc.assert(
      fc.property(document, patch, (target, patch) => {
        const before = structuredClone(target);
        const once = applyMergePatch(target, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
        expect(target).toEqual(before);
      }),
    );
  });

  it.each([
    [null, 'Invalid JSON Patch'],
    [['a'], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['a', 'error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}'],
  ] satisfies [Json, string][])('that is %j is refused', (patch, message) =>
    expect(() => applyMergePatch({}, patch)).toThrow(new PatchError(message)),
  );
});
