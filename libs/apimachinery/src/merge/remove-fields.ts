import { setEntry } from '@skiff/contracts';
import type { ObjectSchema } from '../schema/object-schema';
import { isEmptySet, isMember, self, type FieldSet } from './field-set';
import { elementOf, isMap, objectShape, shapeOf, type ListShape, type Shape, type Values } from './shape';

/**
 * An object without the fields of a set; what is not removed is shared with it. A list or map of which nothing is
 * left is null.
 * Upstream: typed/remove.go of structured-merge-diff.
 */
export const removeFields = (schema: ObjectSchema, object: Values, fields: FieldSet): Values =>
  (removeWithin(objectShape(schema), object, fields) as Values | null) ?? {};

function removeWithin(shape: Shape, value: unknown, fields: FieldSet): unknown {
  if (shape.type === 'list' && Array.isArray(value)) return removeItems(shape, value, fields);
  if (isMap(value)) return shape.type === 'atomic' ? null : removeEntries(shape, value, fields);
  return Array.isArray(value) ? null : value;
}

function removeItems(shape: ListShape, list: readonly unknown[], fields: FieldSet): unknown {
  const kept: unknown[] = [];
  for (const item of list) {
    const below = fields[elementOf(shape, item)];
    if (!below) kept.push(item);
    else if (!isMember(below)) kept.push(removeWithin(shape.element, item, below));
  }
  return kept.length > 0 ? kept : null;
}

function removeEntries(shape: Shape, map: Values, fields: FieldSet): unknown {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(map)) {
    const below = fields[`f:${name}`];
    if (!below) setEntry(kept, name, map[name]);
    else if (!isMember(below)) setEntry(kept, name, removeWithin(shapeOf(shape, name), map[name], below));
  }
  return Object.keys(kept).length > 0 ? kept : null;
}

/**
 * A set in which every field that the schema names is a member as soon as something below it is.
 * Upstream: EnsureNamedFieldsAreMembers in fieldpath/set.go of structured-merge-diff.
 */
export const withNamedFields = (schema: ObjectSchema, fields: FieldSet): FieldSet =>
  nameFields(objectShape(schema), fields);

function nameFields(shape: Shape | undefined, fields: FieldSet): FieldSet {
  const named: FieldSet = {};
  for (const element in fields) {
    const below = fields[element];
    if (element === self || !below) continue;
    const name = element.startsWith('f:') ? element.slice(2) : undefined;
    const inside = nameFields(belowOf(shape, element), below);
    const member = isMember(below) || (name !== undefined && shape?.type === 'object' && shape.fields.has(name));
    named[element] = member && !isEmptySet(inside) ? { [self]: {}, ...inside } : inside;
  }
  return named;
}

/** How what an element leads to is owned, as far as a schema says so. */
export function belowOf(shape: Shape | undefined, element: string): Shape | undefined {
  if (!shape || shape.type === 'atomic') return undefined;
  if (element.startsWith('f:')) return shape.type === 'list' ? undefined : shapeOf(shape, element.slice(2));
  return shape.type === 'list' ? shape.element : undefined;
}
