import type { ObjectSchema } from '../schema/object-schema';
import { attach, type FieldSet } from './field-set';
import { elementOf, isMap, isNamedField, objectShape, shapeOf, type ListShape, type Shape, type Values } from './shape';

/**
 * The set of all fields that a value mentions: what somebody owns who applies it.
 * Upstream: typed/tofieldset.go of structured-merge-diff.
 */
export const fieldsOf = (schema: ObjectSchema, object: Values): FieldSet => fieldsOfMap(objectShape(schema), object);

/** What a value mentions below itself; nothing for one that is owned whole. */
export function fieldsWithin(shape: Shape, value: unknown): FieldSet {
  if (shape.type === 'atomic') return {};
  if (Array.isArray(value)) return shape.type === 'list' ? fieldsOfList(shape, value) : {};
  return isMap(value) ? fieldsOfMap(shape, value) : {};
}

function fieldsOfMap(shape: Shape, map: Values): FieldSet {
  const fields: FieldSet = {};
  for (const name in map) {
    const value = map[name];
    if (value === undefined) continue;
    const below = shapeOf(shape, name);
    const member = !isNamedField(shape, name) || (isOwnedItself(below, value) && !isLeftOut(shape, name, value));
    attach(fields, `f:${name}`, fieldsWithin(below, value), member);
  }
  return fields;
}

/** Whether a map is left out of what is stored since nothing is in it: then there is nothing to own. */
function isLeftOut(shape: Shape, name: string, value: unknown): boolean {
  const field = shape.type === 'object' ? shape.fields.get(name) : undefined;
  return field?.omitEmpty === true && field.value.type === 'map' && isMap(value) && isEmptyMap(value);
}

/** Whether a value is mentioned itself, and not only what is in it. */
function isOwnedItself(shape: Shape, value: unknown): boolean {
  if (shape.type === 'atomic' || value === null) return true;
  if (Array.isArray(value)) return shape.type !== 'list';
  return !isMap(value) || isEmptyMap(value);
}

function isEmptyMap(map: Values): boolean {
  for (const name in map) if (map[name] !== undefined) return false;
  return true;
}

/** An item that is there more than once is mentioned whole. */
function fieldsOfList(shape: ListShape, list: readonly unknown[]): FieldSet {
  const fields: FieldSet = {};
  const repeated = new Set<string>();
  for (const item of list) {
    const element = elementOf(shape, item);
    if (element in fields) repeated.add(element);
    else attach(fields, element, fieldsWithin(shape.element, item), true);
  }
  for (const element of repeated) fields[element] = {};
  return fields;
}
