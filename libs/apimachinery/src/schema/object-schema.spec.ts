import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compareObjects } from '../merge/compare';
import { manageUpdate } from '../merge/managers';
import { normalizeObject } from '../normalize/normalize';
import { DecodeError } from '../normalize/problem';
import { applyStrategicMergePatch } from '../patch/strategic-merge';
import type { FieldSchema, ObjectSchema, ValueSchema } from './object-schema';

const fields = (...all: readonly FieldSchema[]): ReadonlyMap<string, FieldSchema> =>
  new Map(all.map((field) => [field.name, field]));
const text: ValueSchema = { type: 'string' };

/** What no message is: lists of lists, objects without a name, keys of its own. */
const door: ObjectSchema = {
  type: 'object',
  fields: fields({ name: 'name', value: text, required: true }, { name: 'width', value: { type: 'quantity' } }),
};
const house: ObjectSchema = {
  type: 'object',
  name: 'example.com.v1.House',
  kind: { group: 'example.com', version: 'v1', kind: 'House' },
  fields: fields(
    { name: 'metadata', value: { type: 'any' } },
    {
      name: 'doors',
      value: { type: 'list', element: door, listType: 'map', listMapKeys: ['name'] },
      patchStrategy: ['merge'],
      patchMergeKey: 'name',
    },
    { name: 'grid', value: { type: 'list', element: { type: 'list', element: { type: 'int32' } } } },
    { name: 'owners', value: { type: 'list', element: text, listType: 'set' } },
    { name: 'colours', value: { type: 'map', element: text }, omitEmpty: true },
    { name: 'garden', value: { type: 'union', alternatives: [{ type: 'bool' }, door] }, showAbsent: true },
  ),
};
const read = (value: unknown): { object: Record<string, unknown>; unknownFields: string[] } => {
  const unknownFields: string[] = [];
  return { object: normalizeObject(house, value, { unknownFields }), unknownFields };
};

describe('A schema that no message has', () => {
  it('is what objects are read by', () => {
    const { object, unknownFields } = read({
      doors: [{ name: 'front', width: '1000m', lock: 1 }],
      grid: [[1], []],
      colours: {},
      garden: false,
      roof: 'red',
    });
    expect(object).toEqual({
      ...{ apiVersion: 'example.com/v1', kind: 'House', garden: false },
      ...{ doors: [{ name: 'front', width: '1' }], grid: [[1], []] },
    });
    expect(unknownFields).toEqual(['doors[0].lock', 'roof']);
    expect(read({}).object).toMatchObject({ garden: null });
  });

  it.each([
    [{ doors: {} }, 'json: cannot unmarshal object into Go struct field House.doors of type []map[string]interface {}'],
    [{ grid: [['x']] }, 'json: cannot unmarshal string into Go struct field House.grid of type int32'],
    [{ garden: { name: 1 } }, 'json: cannot unmarshal number into Go struct field House.garden.name of type string'],
    [{ doors: [{ width: 'wide' }] }, /^quantities must match the regular expression/],
  ])('says what is wrong with %j', (value, message) => {
    expect(() => read(value)).toThrow(DecodeError);
    expect(() => read(value)).toThrow(message);
  });

  it('is what a strategic merge patch goes by', () => {
    const object = { doors: [{ name: 'front' }, { name: 'back' }], owners: ['a'] };
    const patch = {
      doors: [
        { name: 'back', width: '2' },
        { name: 'front', $patch: 'delete' },
      ],
      owners: ['b'],
    };
    expect(applyStrategicMergePatch(object, patch, house)).toEqual({
      doors: [{ name: 'back', width: '2' }],
      owners: ['b'],
    });
  });

  it('is what tells the fields that differ, and who manages them', () => {
    const before = { doors: [{ name: 'front', width: '1' }], owners: ['a'], grid: [[1]], colours: { roof: 'red' } };
    const after = { doors: [{ name: 'front', width: '2' }], owners: ['a', 'b'], grid: [[2]], colours: {} };
    expect(compareObjects(house, before, after)).toEqual({
      changed: { 'f:doors': { 'k:{"name":"front"}': { 'f:width': {} } }, 'f:owners': { 'v:"b"': {} }, 'f:grid': {} },
      removed: { 'f:colours': { 'f:roof': {} } },
    });
    const manager = { name: 'mason', subresource: '', apiVersion: 'example.com/v1', time: '2025-01-01T00:00:00Z' };
    expect(manageUpdate(house, {}, { doors: [{ name: 'front' }] } as object, manager)).toMatchObject([
      {
        manager: 'mason',
        apiVersion: 'example.com/v1',
        fieldsV1: { 'f:doors': { '.': {}, 'k:{"name":"front"}': { '.': {}, 'f:name': {} } } },
      },
    ]);
  });

  it('gives two objects with the same text of names their own fields', () => {
    const manager = { name: 'mason', subresource: '', apiVersion: 'example.com/v1', time: '2025-01-01T00:00:00Z' };
    const managed = (colours: Record<string, string>): unknown =>
      manageUpdate(house, {}, { colours } as object, manager)?.[0]?.fieldsV1;
    expect(managed({ 'a\0,b': '' })).toEqual({ 'f:colours': { '.': {}, 'f:a\0,b': {} } });
    expect(managed({ a: '', b: '' })).toEqual({ 'f:colours': { '.': {}, 'f:a': {}, 'f:b': {} } });
  });
});

/** Uses a schema of its own for all that a schema is used for. */
function useSchema(): WeakRef<ObjectSchema> {
  const own: ObjectSchema = { ...house, fields: new Map(house.fields) };
  const before = normalizeObject<Record<string, unknown>>(own, { doors: [{ name: 'front' }] }, { unknownFields: [] });
  const patched = applyStrategicMergePatch(before as never, { doors: [{ name: 'back' }] }, own);
  compareObjects(own, before as never, patched as never);
  return new WeakRef(own);
}

describe('A schema that nobody uses any more', () => {
  it('is let go of, with what was derived from it', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = useSchema();
    // What a WeakRef was made of stays until the turn ends.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(used.deref()).toBeUndefined();
  });
});

describe('A null in a list or a map', () => {
  it('is the empty value of what is there', () => {
    const schema: ObjectSchema = {
      type: 'object',
      fields: fields(
        { name: 'amounts', value: { type: 'map', element: { type: 'quantity' } } },
        { name: 'times', value: { type: 'list', element: { type: 'time' } } },
        { name: 'doors', value: { type: 'list', element: door } },
        { name: 'rows', value: { type: 'list', element: { type: 'list', element: text } } },
      ),
    };
    const value = { amounts: { cpu: null }, times: [null], doors: [null], rows: [null, [null]] };
    expect(normalizeObject(schema, value, { unknownFields: [] })).toEqual({
      ...{ amounts: { cpu: '0' }, times: [null], doors: [{}], rows: [[], ['']] },
    });
  });
});
