import { writeJson } from '@skiff/contracts';
import { isScalar, jsonFields, messageSchema, type FieldSchema } from '../schema/schema';

/** How a value is owned: whole, or by its parts. */
export type Shape =
  | { readonly type: 'atomic' }
  | { readonly type: 'message'; readonly message: string }
  | { readonly type: 'map'; readonly element: Shape }
  | { readonly type: 'list'; readonly element: Shape; readonly keys: readonly string[]; readonly field: FieldSchema };

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

/** How a field of a message, or an entry of a map, is owned. */
export function shapeOf(parent: Shape, name: string): Shape {
  if (parent.type === 'message') {
    const field = jsonFields(parent.message).get(name);
    return field ? fieldShape(field) : atomic;
  }
  return parent.type === 'map' ? parent.element : parent;
}

function fieldShape(field: FieldSchema): Shape {
  let shape = shapes.get(field);
  if (!shape) shapes.set(field, (shape = readShape(field)));
  return shape;
}

function readShape(field: FieldSchema): Shape {
  if (field.label === undefined) return typeShape(field.type, field.mapType);
  if (field.label === 'map')
    return field.mapType === 'atomic' ? atomic : { type: 'map', element: typeShape(field.type) };
  const merges = field.listType === undefined && field.patchStrategy?.includes('merge');
  const keys =
    field.listType === 'map' ? (field.listMapKeys ?? []) : merges && field.patchMergeKey ? [field.patchMergeKey] : [];
  if (field.listType !== 'set' && keys.length === 0 && !merges) return atomic;
  return { type: 'list', element: typeShape(field.type), keys, field };
}

/** What a field says of how it is merged goes before what its type says. */
function typeShape(type: string, own?: FieldSchema['mapType']): Shape {
  if (isScalar(type)) return atomic;
  const { codec, mapType } = messageSchema(type);
  if ((own ?? mapType) === 'atomic' || (codec && codec !== 'json-schema-props')) return atomic;
  return { type: 'message', message: type };
}
