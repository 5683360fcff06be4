import { writeJson } from '@skiff/contracts';
import type { FieldSchema, ListSchema, ObjectSchema, ValueSchema } from '../schema/object-schema';

/** How a value is owned: whole, or by its parts. */
export type Shape =
  | { readonly type: 'atomic' }
  | { readonly type: 'object'; readonly fields: ObjectSchema['fields'] }
  | { readonly type: 'map'; readonly element: Shape }
  | { readonly type: 'list'; readonly element: Shape; readonly keys: readonly string[] };

export type Values = Readonly<Record<string, unknown>>;

const atomic: Shape = { type: 'atomic' };
const shapes = new WeakMap<FieldSchema, Shape>();

/** What tells an item of a list apart, as an element of a path. */
export const elementOf = (shape: Shape & { type: 'list' }, item: unknown): string =>
  shape.keys.length ? keyElement(shape.keys, item as Values) : `v:${writeJson(item)}`;

function keyElement(keys: readonly string[], item: Values): string {
  let text = '';
  for (const key of keys) {
    const value = item[key];
    if (value === undefined) continue;
    text += `${text ? ',' : ''}${JSON.stringify(key)}:${writeJson(value)}`;
  }
  return `k:{${text}}`;
}

/** Empty and absent collections are values of their own, so that the difference between them is kept. */
export function isLeaf(shape: Shape, before: unknown, after: unknown): boolean {
  if (shape.type === 'atomic') return true;
  return isBare(before) && isBare(after);
}

function isBare(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.length === 0;
  for (const name in value) if ((value as Values)[name] !== undefined) return false;
  return true;
}

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);
export const mapOf = (value: unknown): Values => (isMap(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** How an object is owned whose fields are owned one by one. */
export const objectShape = ({ fields }: ObjectSchema): Shape => ({ type: 'object', fields });

/** How a field of an object, or an entry of a map, is owned. */
export function shapeOf(parent: Shape, name: string): Shape {
  if (parent.type === 'object') {
    const field = parent.fields.get(name);
    return field ? fieldShape(field) : atomic;
  }
  return parent.type === 'map' ? parent.element : parent;
}

function fieldShape(field: FieldSchema): Shape {
  let shape = shapes.get(field);
  if (!shape) shapes.set(field, (shape = readField(field)));
  return shape;
}

/** What a field says of how it is merged goes before what its value says. */
function readField({ value, mapType, patchStrategy, patchMergeKey }: FieldSchema): Shape {
  if (value.type === 'object' && mapType !== undefined) return mapType === 'atomic' ? atomic : objectShape(value);
  const merges = value.type === 'list' && value.listType === undefined && patchStrategy?.includes('merge');
  if (!merges) return readValue(value);
  return { type: 'list', element: readValue(value.element), keys: patchMergeKey ? [patchMergeKey] : [] };
}

function readValue(schema: ValueSchema): Shape {
  switch (schema.type) {
    case 'object':
      return schema.mapType === 'atomic' ? atomic : objectShape(schema);
    case 'map':
      return schema.mapType === 'atomic' ? atomic : { type: 'map', element: readValue(schema.element) };
    case 'list':
      return readList(schema);
    case 'union':
      return { type: 'map', element: atomic };
    default:
      return atomic;
  }
}

function readList({ element, listType, listMapKeys = [] }: ListSchema): Shape {
  const keys = listType === 'map' ? listMapKeys : [];
  return listType === 'set' || keys.length > 0 ? { type: 'list', element: readValue(element), keys } : atomic;
}
