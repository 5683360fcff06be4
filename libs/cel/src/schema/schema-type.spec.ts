import { Environment } from '../environment';
import { compile } from '../program';
import { formatType } from '../types/format-type';
import { dynType } from '../types/type';
import { escapeName } from './escape';
import type { OpenApiSchema } from './openapi-schema';
import { schemaType } from './schema-type';
import { maxCardinality } from './sizes';

const text: OpenApiSchema = { type: 'string' };
const shown = (schema: OpenApiSchema): string | undefined => {
  const type = schemaType(schema);
  return type && formatType(type);
};

/** Upstream: k8s.io/apiserver/pkg/cel/common/schemas_test.go. */
describe('the type of a schema', () => {
  it.each<[string, OpenApiSchema, string | undefined]>([
    ['text', text, 'string'],
    ['a number', { type: 'number' }, 'double'],
    ['an integer', { type: 'integer' }, 'int'],
    ['bytes', { type: 'string', format: 'byte' }, 'bytes'],
    ['a date', { type: 'string', format: 'date' }, 'timestamp'],
    ['a duration', { type: 'string', format: 'duration' }, 'duration'],
    ['an int or a string', { 'x-kubernetes-int-or-string': true }, 'dyn'],
    ['a list', { type: 'array', items: { type: 'object', properties: {} } }, 'list(selfType.@idx)'],
    [
      'a map',
      { type: 'object', additionalProperties: { type: 'object', properties: {} } },
      'map(string, selfType.@elem)',
    ],
    ['an object', { type: 'object', properties: { a: text } }, 'selfType'],
    ['anything', {}, undefined],
    ['a list of anything', { type: 'array', items: {} }, undefined],
    ['a map of anything', { type: 'object', additionalProperties: {} }, undefined],
    ['an object whose fields are not known', { type: 'object' }, 'selfType'],
  ])('of %s', (_what, schema, type) => {
    expect(shown(schema)).toBe(type);
  });

  it('has at the root what every resource has', () => {
    const type = schemaType({ type: 'object', properties: { spec: text } }, { isResourceRoot: true });
    if (type?.kind !== 'object') throw new Error('no object');
    const metadata = type.field('metadata')?.type;
    expect(['apiVersion', 'kind', 'spec', 'status'].map((name) => type.field(name)?.type.kind)).toEqual([
      ...['string', 'string', 'string', undefined],
    ]);
    expect(metadata?.kind === 'object' && metadata.field('labels')).toBeUndefined();
    expect(metadata?.kind === 'object' && metadata.field('name')?.type.kind).toBe('string');
  });

  it('may hold itself', () => {
    const tree: OpenApiSchema = { type: 'object', properties: {} };
    Object.assign(tree.properties ?? {}, { below: tree, name: text });
    const self = schemaType(tree) ?? dynType;
    const compilation = compile('self.below.below.below.name == "a"', new Environment({ variables: { self } }));
    expect('program' in compilation).toBe(true);
  });

  it.each([
    ['a-b', 'a__dash__b'],
    ['a.b/c', 'a__dot__b__slash__c'],
    ['a__b', 'a__underscores__b'],
    ['namespace', '__namespace__'],
    ['int', 'int'],
    ['-a', '__dash__a'],
    ['1a', undefined],
    ['a b', undefined],
    ['', undefined],
    ['$ref', undefined],
  ])('calls %p %p', (name, escaped) => {
    expect(escapeName(name)).toBe(escaped);
  });
});

const estimate = (rule: string, schema: OpenApiSchema): number | string => {
  const compilation = compile(rule, new Environment({ variables: { self: schemaType(schema) ?? dynType } }));
  return 'program' in compilation ? compilation.program.estimate.max : compilation.message;
};
const list = (items: OpenApiSchema, more: OpenApiSchema = {}): OpenApiSchema => ({ type: 'array', items, ...more });

/** Upstream: apiextensions-apiserver/pkg/apiserver/schema/cel/compilation_test.go, TestCostEstimation. */
describe('the estimated cost', () => {
  it.each<[string, OpenApiSchema, number]>([
    ['self > 1', { type: 'integer' }, 2],
    ['self.size() < 3', list(text), 3],
    ['type(self) == int', { 'x-kubernetes-int-or-string': true }, 314_576],
    ['self.contains("x")', text, 314_574],
    ['self.matches("^[a-z]+$")', text, 629_147],
    ['self.all(x, true)', list({ type: 'number' }), 4_718_591],
    ['self.all(x, true)', list({ type: 'number' }, { maxItems: 10 }), 32],
    ['self.all(x, x > 1)', list({ type: 'integer' }, { maxItems: 10 }), 52],
    // Refused at creation as 2.3 times of what a rule may cost.
    [
      'self.all(x, self.all(y, self.all(z, x == y || y == z)))',
      list({ type: 'string', maxLength: 20 }, { maxItems: 100 }),
      23_050_502,
    ],
    ['has(self.a) && self.a == "b"', { type: 'object', properties: { a: { type: 'string', maxLength: 10 } } }, 4],
    ['[self, "x"].join("-") == "q-x"', text, Infinity],
    ['"is " + string(self) == ""', { type: 'integer' }, Infinity],
  ])('%s', (rule, schema, cost) => {
    expect(estimate(rule, schema)).toBe(cost);
  });

  it('counts how often a value fits into a request', () => {
    expect(maxCardinality(text)).toBe(1_048_576);
    expect(maxCardinality({ type: 'object', required: ['a'], properties: { a: text } })).toBe(314_572);
  });
});
