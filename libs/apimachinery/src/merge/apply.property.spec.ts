import {
  assert,
  asyncProperty,
  constantFrom,
  property,
  tuple,
  array,
  boolean,
  string,
  integer,
  jsonValue,
  oneof,
  constant,
  record,
  subarray,
  type Arbitrary,
} from 'fast-check';
import { normalizeObject } from '../normalize/normalize';
import type { ApiObject } from '../object/api-object';
import type { Json, JsonObject } from '../patch/json';
import { messageSchema } from '../schema/message-schema';
import type { ObjectSchema, ValueSchema } from '../schema/object-schema';
import { StatusError } from '../status/status-error';
import { applyConfiguration } from './apply';
import { contains, difference, intersection, isEmptySet, union, type FieldSet } from './field-set';
import { fieldsOf } from './fields-of';
import { readManagers } from './read-managers';
import { whyNotTyped } from './validate-typed';

const word = constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'x/y', '');

/** A schema with a list, a map and a struct of each sort. */
const leaf: ValueSchema = { type: 'string' };
const item: ObjectSchema = {
  type: 'object',
  fields: new Map(
    [
      { name: 'k', value: leaf },
      { name: 'p', value: { type: 'int32' } as const, default: 1 },
      { name: 'v', value: leaf },
      { name: 'nested', value: { type: 'list', element: leaf, listType: 'set' } as const },
    ].map((field) => [field.name, field]),
  ),
};
const fields: readonly (readonly [string, ValueSchema])[] = [
  ['text', leaf],
  ['number', { type: 'int32' }],
  ['map', { type: 'map', element: leaf }],
  ['atomicMap', { type: 'map', element: leaf, mapType: 'atomic' }],
  ['items', { type: 'list', element: item, listType: 'map', listMapKeys: ['k', 'p'] }],
  ['set', { type: 'list', element: leaf, listType: 'set' }],
  ['list', { type: 'list', element: item }],
  ['struct', item],
  ['free', { type: 'any', deduced: true }],
  ['whole', { type: 'any' }],
];
const schema: ObjectSchema = {
  type: 'object',
  kind: { group: 'example.com', version: 'v1', kind: 'Thing' },
  fields: new Map([
    ['metadata', { name: 'metadata', value: messageSchema('k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta') }],
    ...fields.map(([name, value]) => [name, { name, value }] as const),
  ]),
  unknownFields: { type: 'any', deduced: true },
};

const unique = <T>(values: readonly T[], by: (value: T) => string): T[] => [
  ...new Map(values.map((value) => [by(value), value])).values(),
];

function valueOf(type: ValueSchema): Arbitrary<Json> {
  switch (type.type) {
    case 'object':
      return partOf([...type.fields.values()].map(({ name, value }) => [name, valueOf(value)]));
    case 'map':
      return array(tuple(word, valueOf(type.element)), { maxLength: 3 }).map((entries) => Object.fromEntries(entries));
    case 'list':
      return array(type.listMapKeys ? keyed(type.element) : valueOf(type.element), {
        // Of an empty list that is merged there is nothing to own.
        minLength: type.listType ? 1 : 0,
        maxLength: 4,
      }).map((items) => (type.listType ? unique(items, keyOf) : items));
    case 'any':
      return jsonValue({ maxDepth: 3 }) as Arbitrary<Json>;
    case 'int32':
      return integer({ min: 0, max: 3 });
    default:
      return word;
  }
}

const keyed = (type: ValueSchema): Arbitrary<Json> =>
  tuple(valueOf(type), word).map(([value, k]) => ({ ...(value as JsonObject), k }));

function keyOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { k, p = 1 } = value as JsonObject;
  return `${String(k)} ${String(p)}`;
}

const partOf = (parts: readonly (readonly [string, Arbitrary<Json>])[]): Arbitrary<JsonObject> =>
  subarray([...parts]).chain((chosen) =>
    tuple(...chosen.map(([, value]) => value)).map((values) =>
      Object.fromEntries(chosen.map(([name], index) => [name, values[index] ?? null])),
    ),
  );

const configs: Arbitrary<JsonObject> = partOf([
  ...fields.map(([name, value]) => [name, valueOf(value)] as const),
  ['unknown', jsonValue({ maxDepth: 3 }) as Arbitrary<Json>],
]).map((rest) => ({ ...rest, kind: 'Thing', apiVersion: 'example.com/v1', metadata: { name: 't' } }));

const empty: ApiObject = { kind: 'Thing', apiVersion: 'example.com/v1' };

async function apply(live: ApiObject, config: JsonObject, name: string, force: boolean): Promise<ApiObject> {
  const manager = { name, subresource: '', apiVersion: 'example.com/v1', time: 't' };
  const { object, managedFields } = await applyConfiguration({ schema, live, empty, config, manager, force });
  const read = normalizeObject<ApiObject>(schema, object, { unknownFields: [] });
  const { managedFields: _, ...metadata } = read.metadata ?? {};
  return { ...read, metadata: { ...metadata, ...(managedFields ? { managedFields } : {}) } };
}

const timeless = ({ metadata, ...rest }: ApiObject): unknown => ({
  ...rest,
  metadata: { ...metadata, managedFields: metadata?.managedFields?.map((entry) => ({ ...entry, time: '' })) },
});

describe('Server-side apply', () => {
  it('changes nothing the second time', async () => {
    await assert(
      asyncProperty(configs, configs, async (one, two) => {
        const live = await apply(await apply(empty, one, 'one', true), two, 'two', true);
        expect(timeless(await apply(live, two, 'two', false))).toEqual(timeless(live));
      }),
    );
  });

  it('never conflicts over what its manager alone owns', async () => {
    await assert(
      asyncProperty(configs, configs, async (before, after) => {
        const live = await apply(empty, before, 'one', false);
        await expect(apply(live, after, 'one', false)).resolves.toBeDefined();
      }),
    );
  });

  it('leaves nothing of a manager who gives up everything', async () => {
    await assert(
      asyncProperty(configs, configs, async (one, two) => {
        const nothing = { kind: 'Thing', apiVersion: 'example.com/v1', metadata: { name: 't' } };
        const both = await apply(await apply(empty, one, 'one', true), two, 'two', true);
        const left = await apply(both, nothing, 'two', true);
        expect(left.metadata?.managedFields?.map(({ manager }) => manager) ?? []).not.toContain('two');
      }),
    );
  });

  it('fails of nothing but what it says, whatever is applied', async () => {
    const anything = record({ kind: constant('Thing'), apiVersion: constant('example.com/v1') }).chain((named) =>
      partOf(fields.map(([name]) => [name, jsonValue({ maxDepth: 4 }) as Arbitrary<Json>])).map((rest) => ({
        ...named,
        ...rest,
      })),
    );
    await assert(
      asyncProperty(configs, oneof(anything, configs), boolean(), async (before, config, force) => {
        if (whyNotTyped(schema, config as Json) !== undefined) return;
        const live = await apply(empty, before, 'one', false);
        const manager = { name: 'two', subresource: '', apiVersion: 'example.com/v1', time: 't' };
        try {
          await applyConfiguration({ schema, live, empty, config: config as JsonObject, manager, force });
        } catch (error) {
          expect(error).toBeInstanceOf(StatusError);
        }
      }),
    );
  });
});

describe('Field sets', () => {
  const sets: Arbitrary<FieldSet> = configs.map((config) => fieldsOf(schema, config));

  it('are read as they were written', () => {
    assert(
      property(sets, string(), (set, name) => {
        const manager = name.replace(/[^a-z]/g, '');
        const entry = { manager, operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: set };
        expect(readManagers([JSON.parse(JSON.stringify(entry)) as typeof entry])).toEqual([entry]);
      }),
    );
  });

  it('are sets', () => {
    assert(
      property(sets, sets, (a, b) => {
        expect(contains(union(a, b), a) && contains(union(a, b), b)).toBe(true);
        expect(contains(a, intersection(a, b)) && contains(b, intersection(a, b))).toBe(true);
        expect(isEmptySet(intersection(difference(a, b), b))).toBe(true);
        expect(contains(union(difference(a, b), intersection(a, b)), a)).toBe(true);
      }),
    );
  });
});
