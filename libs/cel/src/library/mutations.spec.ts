import { Environment } from '../environment';
import { compile } from '../program';
import { dynType } from '../types/type';
import { toHost } from '../values/to-host';
import { mutationTypes, objectTypeProblem } from './mutations';

const environment = new Environment({ variables: { object: dynType }, types: mutationTypes });
const object = { spec: { n: 1, s: 'x', list: ['a'] } };

function evaluate(text: string): { value: unknown; problem: string | undefined } | string {
  const compilation = compile(text, environment);
  if (!('program' in compilation)) return compilation.message;
  const evaluation = compilation.program.evaluate({ object });
  if (!('value' in evaluation)) return 'error' in evaluation ? evaluation.error.message : 'pending';
  return { value: toHost(evaluation.value), problem: objectTypeProblem(evaluation.value) };
}

/** Upstream: k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch. */
describe('what mutating policies make', () => {
  it.each<[string, unknown]>([
    ['Object{}', {}],
    ["Object{spec: Object.spec{n: 5, nested: Object.spec.nested{a: 'x'}}}", { spec: { n: 5, nested: { a: 'x' } } }],
    ["Object{metadata: Object.metadata{labels: {'made': 'here'}}}", { metadata: { labels: { made: 'here' } } }],
    ["Object{spec: Object.spec{items: [Object.spec.items{name: 'i'}]}}", { spec: { items: [{ name: 'i' }] } }],
    ['Object{spec: Object.spec{?n: optional.none(), ?s: object.spec.?s}}', { spec: { s: 'x' } }],
    [
      "[JSONPatch{op: 'add', path: '/spec/s', value: object.spec.s + 'y'}, JSONPatch{op: 'remove', path: '/a'}]",
      [
        { op: 'add', path: '/spec/s', value: 'xy' },
        { op: 'remove', path: '/a' },
      ],
    ],
    ["[JSONPatch{op: 'add', path: '/a', value: object.spec.list}].filter(x, false)", []],
    ["'/a/' + jsonpatch.escapeKey('k8s.io/~x')", '/a/k8s.io~1~0x'],
  ])('%s', (text, value) => {
    expect(evaluate(text)).toEqual({ value, problem: undefined });
  });

  it('names types by the path to them', () => {
    expect(evaluate("Object{spec: Object.status{a: 'x'}}")).toMatchObject({
      problem:
        'unexpected type name "Object.status", expected "Object.spec", which matches field name path from root Object type',
    });
  });

  it.each([
    [
      'JSONPatch{op: 1}',
      `ERROR: <input>:1:13: expected type of field 'op' is 'string' but provided type is 'int'\n | JSONPatch{op: 1}\n | ............^`,
    ],
    [
      "JSONPatch{operation: 'add'}",
      `ERROR: <input>:1:20: undefined field 'operation'\n | JSONPatch{operation: 'add'}\n | ...................^`,
    ],
    ['Other{a: 1}', `ERROR: <input>:1:6: undeclared reference to 'Other' (in container '')\n | Other{a: 1}\n | .....^`],
    ['object{a: 1}', `ERROR: <input>:1:7: 'object' is not a type\n | object{a: 1}\n | ......^`],
  ])('refuses %s', (text, message) => {
    expect(evaluate(text)).toBe(message);
  });

  it('reads what it made', () => {
    expect(evaluate('Object{spec: Object.spec{n: 5}}.spec.n == 5 && has(Object{spec: 1}.spec)')).toMatchObject({
      value: true,
    });
    expect(evaluate('Object{spec: 1}.status')).toBe('no such key: status');
  });
});
