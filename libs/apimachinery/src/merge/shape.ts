import { isNumber, writeJson } from '@skiff/contracts';
import type { FieldSchema, ListSchema, ObjectSchema, ValueSchema } from '../schema/object-schema';

/** How a value is owned: whole, or by its parts. */
export type Shape =
  | { readonly type: 'atomic' }
  | {
      readonly type: 'object';
      readonly fields: ObjectSchema['fields'];
      /** How fields are owned that are not among these; absent where there are none. */
      readonly others?: Shape;
    }
  | { readonly type: 'map'; readonly element: Shape }
  | ListShape
  /** Entries of maps one by one, at every depth; whatever is no map, whole. */
  | { readonly type: 'deduced' };

export interface ListShape {
  readonly type: 'list';
  readonly element: Shape;
  /** By name; none where items are known by their values. */
  readonly keys: readonly ListKey[];
}

export interface ListKey {
  readonly name: string;
  /** What stands before its value in an element. */
  readonly prefix: string;
  /** What it is where an item does not have it. */
  readonly initial: unknown;
}

export type Values = Readonly<Record<string, unknown>>;

const atomic: Shape = { type: 'atomic' };
const deduced: Shape = { type: 'deduced' };
const shapes = new WeakMap<FieldSchema, Shape>();
const valueShapes = new WeakMap<ValueSchema, Shape>();

/** What tells an item of a list apart, as an element of a path. */
export const elementOf = (shape: ListShape, item: unknown): string =>
  shape.keys.length ? keyElement(shape.keys, mapOf(item)) : `v:${jsonOf(item)}`;

function keyElement(keys: readonly ListKey[], item: Values): string {
  let text = '';
  for (const { name, prefix, initial } of keys) {
    const value = item[name] ?? initial;
    if (value === undefined) continue;
    text += (text ? ',' : '') + prefix + jsonOf(value);
  }
  return `k:{${text}}`;
}

const jsonOf = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : writeJson(value));

/** Empty and absent collections are values of their own, so that the difference between them is kept. */
export function isLeaf(shape: Shape, before: unknown, after: unknown): boolean {
  if (shape.type === 'atomic') return true;
  if (shape.type === 'deduced' && !(isMapOrNothing(before) && isMapOrNothing(after))) return true;
  return isBare(before) && isBare(after);
}

const isMapOrNothing = (value: unknown): boolean => value === undefined || value === null || isMap(value);

function isBare(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.length === 0;
  for (const name in value) if ((value as Values)[name] !== undefined) return false;
  return true;
}

export const isMap = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumber(value);
export const mapOf = (value: unknown): Values => (isMap(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** How an object is owned whose fields are owned one by one. */
export function objectShape({ fields, unknownFields }: ObjectSchema): Shape {
  return unknownFields ? { type: 'object', fields, others: valueShape(unknownFields) } : { type: 'object', fields };
}

/** How a value is owned of which no field says otherwise. */
export function valueShape(schema: ValueSchema): Shape {
  let shape = valueShapes.get(schema);
  if (!shape) valueShapes.set(schema, (shape = readValue(schema)));
  return shape;
}

/** How a field of an object, or an entry of a map, is owned. */
export function shapeOf(parent: Shape, name: string): Shape {
  if (parent.type === 'object') {
    const field = parent.fields.get(name);
    return field ? fieldShape(field) : (parent.others ?? atomic);
  }
  return parent.type === 'map' ? parent.element : parent;
}

/** Whether a name is that of a field which a schema has, and no entry that somebody made up. */
export const isNamedField = (parent: Shape, name: string): boolean =>
  parent.type === 'object' && (parent.fields.has(name) || parent.others === undefined);

/** How the field of an object is owned. */
export function fieldShape(field: FieldSchema): Shape {
  let shape = shapes.get(field);
  if (!shape) shapes.set(field, (shape = readField(field)));
  return shape;
}

/** What a field says of how it is merged goes before what its value says. */
function readField({ value, mapType, patchStrategy, patchMergeKey }: FieldSchema): Shape {
  if (value.type === 'object' && mapType !== undefined) return mapType === 'atomic' ? atomic : objectShape(value);
  const merges = value.type === 'list' && value.listType === undefined && patchStrategy?.includes('merge');
  if (!merges) return readValue(value);
  return listShape(value.element, patchMergeKey ? [patchMergeKey] : []);
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
    case 'any':
      return schema.deduced ? deduced : atomic;
    default:
      return atomic;
  }
}

function readList({ element, listType, listMapKeys = [] }: ListSchema): Shape {
  const keys = listType === 'map' ? listMapKeys : [];
  return listType === 'set' || keys.length > 0 ? listShape(element, keys) : atomic;
}

function listShape(element: ValueSchema, names: readonly string[]): ListShape {
  const fields = element.type === 'object' ? element.fields : undefined;
  const keys = names.toSorted().map((name) => ({
    name,
    prefix: `${JSON.stringify(name)}:`,
    initial: fields?.get(name)?.default,
  }));
  return { type: 'list', element: readValue(element), keys };
}
