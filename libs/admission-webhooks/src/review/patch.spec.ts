import fc from 'fast-check';
import { shapeOf } from '@skiff/admission-rules';
import { StatusError } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { requireResource } from '@skiff/resources';
import { patched, readPatch } from './patch';

const shape = shapeOf(requireResource(Kinds.ConfigMap), '');
const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'c' }, data: { a: '1' } };
const text = JSON.stringify(object);
const apply = (...operations: object[]): unknown => patched(text, readPatch(JSON.stringify(operations)), shape);

describe('The patch of a webhook', () => {
  it('changes the object, without fields that it does not have', () => {
    expect(apply({ op: 'add', path: '/data/b', value: '2' }, { op: 'add', path: '/wombat', value: 1 })).toMatchObject({
      data: { a: '1', b: '2' },
    });
    expect(apply({ op: 'add', path: '/wombat', value: 1 })).not.toHaveProperty('wombat');
  });

  it.each([
    [
      { op: 'remove', path: '/nothing' },
      "error in remove for path: '/nothing': Unable to remove nonexistent key: nothing",
    ],
    [
      { op: 'replace', path: '/data', value: 'text' },
      'json: cannot unmarshal string into Go struct field ConfigMap.data',
    ],
    [{ op: 'replace', path: '/kind', value: 'Secret' }, 'the patch makes a Secret of v1 of a ConfigMap of v1'],
    [{ op: 'replace', path: '', value: [] }, 'json: cannot unmarshal array'],
  ])('fails the write where it does not fit: %j', (operation, message) => {
    expect(() => apply(operation)).toThrow(StatusError);
    expect(() => apply(operation)).toThrow(message);
  });

  it.each([
    ['rubbish', "invalid character 'r' looking for beginning of value"],
    ['{}', 'json: cannot unmarshal object into Go value of type jsonpatch.Patch'],
    ['[7]', 'json: cannot unmarshal number into Go value of type jsonpatch.Operation'],
    ['['.repeat(3_000), "invalid character '[' exceeded max depth"],
  ])('cannot be read: %.20s', (patch, message) => {
    expect(() => readPatch(patch)).toThrow(message);
  });

  it('that makes the object deeper and deeper is refused', () => {
    const steps = Array.from({ length: 3_000 }, () => [
      { op: 'copy', from: '/data', path: '/metadata/x' },
      { op: 'replace', path: '/data', value: {} },
      { op: 'move', from: '/metadata/x', path: '/data/x' },
    ]);
    expect(() => apply(...steps.flat())).toThrow(StatusError);
  });

  it('is applied or refused with a Status, whatever it is', () => {
    const path = fc
      .array(fc.constantFrom('', 'data', 'a', 'metadata', 'labels', '0', '-', '__proto__', '~1'))
      .map((steps) => `/${steps.join('/')}`);
    const operation = fc.record(
      {
        op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'fly'),
        path,
        from: path,
        value: fc.jsonValue(),
      },
      { requiredKeys: ['op'] },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 5 }), (operations) => {
        try {
          expect(apply(...operations)).toMatchObject({ kind: 'ConfigMap' });
        } catch (error) {
          if (!(error instanceof StatusError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
    expect('polluted' in {}).toBe(false);
  });
});
