import fc from 'fast-check';
import { withDefaults } from './default';
import { prune } from './prune';
import { isFields, structureOf, type Fields, type Schema } from './structure';

const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** Schemas of values whose fields have few names, so that objects and schemas meet. */
const names = fc.constantFrom('a', 'b', 'c', 'd');
const { schema: schemas } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Schema>({ type: 'string' }, { type: 'string', nullable: true, default: 'x' }, anything),
    fc.constant<Schema>({ type: 'integer', default: 3 }),
    fc.dictionary(names, tie('schema')).map((properties): Schema => ({ type: 'object', properties })),
    tie('schema').map((items): Schema => ({ type: 'array', items })),
    tie('schema').map((additionalProperties): Schema => ({ type: 'object', additionalProperties })),
  ),
}));
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(null, 'text', 1, true),
    fc.dictionary(names, tie('value')),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));
const roots = fc.dictionary(names, schemas).map((properties): Schema => ({ type: 'object', properties }));
const objects = fc.dictionary(names, values) as fc.Arbitrary<Fields>;

describe('pruning', () => {
  it('leaves out what is not named, at every depth, and tells of it', () => {
    const structure = structureOf({
      type: 'object',
      properties: {
        list: { type: 'array', items: { type: 'object', properties: { kept: { type: 'string' } } } },
        all: anything,
      },
    });
    const pruned: string[] = [];
    const value = { list: [{ kept: 'x', gone: 1 }], all: { of: ['it'] }, gone: {}, metadata: { name: 'x' } };
    expect(prune(value, structure, pruned)).toEqual({
      ...{ list: [{ kept: 'x' }], all: { of: ['it'] }, metadata: { name: 'x' } },
    });
    expect(pruned.toSorted()).toEqual(['gone', 'list[0].gone']);
  });

  it('is done once: what is pruned stays as it is, and is the same object', () => {
    fc.assert(
      fc.property(roots, objects, (schema, value) => {
        const structure = structureOf(schema);
        const once = prune(value, structure, []);
        expect(prune(once, structure, [])).toBe(once);
      }),
    );
  });

  it('and defaulting leave what they are given as it was', () => {
    fc.assert(
      fc.property(roots, objects, (schema, value) => {
        const structure = structureOf(schema);
        const before = JSON.stringify(value);
        withDefaults(prune(value, structure, []), structure);
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });
});

describe('defaulting', () => {
  it('fills in what is absent, within what is there', () => {
    const inner: Schema = { type: 'object', properties: { n: { type: 'integer', default: 1 } } };
    const structure = structureOf({
      type: 'object',
      properties: {
        given: inner,
        absent: inner,
        whole: { ...inner, default: {} },
        list: { type: 'array', items: inner },
      },
    });
    expect(withDefaults({ given: {}, list: [{}, { n: 2 }] }, structure)).toEqual({
      ...{ given: { n: 1 }, whole: { n: 1 }, list: [{ n: 1 }, { n: 2 }] },
    });
  });

  it('is done once', () => {
    fc.assert(
      fc.property(roots, objects, (schema, value) => {
        const structure = structureOf(schema);
        const once = withDefaults(prune(value, structure, []), structure);
        expect(withDefaults(once, structure)).toEqual(once);
        expect(isFields(once)).toBe(true);
      }),
    );
  });
});
