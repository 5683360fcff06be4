import { child, type ErrorList } from '@skiff/apimachinery';
import type { Schema } from '@skiff/apiextensions-schema';
import { keyed } from './context';

const listTypes = ['atomic', 'set', 'map'];

/** Holds a list to what its type asks of it. */
export function validateListType(schema: Schema, path: string, to: ErrorList): void {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType !== undefined) validateType(schema, listType, path, to);
  if (keys.length > 0 && listType !== 'map') {
    const at = child(path, 'x-kubernetes-list-type');
    const text = 'must be map if x-kubernetes-list-map-keys is non-empty';
    if (listType === undefined) to.required(at, text);
    else to.invalid(at, listType, text);
  }
  if (listType === 'map') validateKeys(schema, keys, path, to);
  validateNulls(schema, path, to);
}

function validateType(schema: Schema, listType: string, path: string, to: ErrorList): void {
  if (schema.type !== 'array') {
    const text = 'must be array if x-kubernetes-list-type is specified';
    if (!schema.type) to.required(child(path, 'type'), text);
    else to.invalid(child(path, 'type'), schema.type, text);
  } else if (listType === 'set') validateSetItems(itemsOf(schema), child(path, 'items'), to);
  if (!listTypes.includes(listType)) to.notSupported(child(path, 'x-kubernetes-list-type'), listType, listTypes);
}

const itemsOf = ({ items }: Schema): Schema | undefined =>
  items === undefined || Array.isArray(items) ? undefined : items;

/** What is compared as a whole has to be owned as a whole. */
function validateSetItems(items: Schema | undefined, path: string, to: ErrorList): void {
  const text = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.['x-kubernetes-list-type'] ?? 'atomic';
  if (items?.type === 'array' && listType !== 'atomic') to.forbidden(child(path, 'x-kubernetes-list-type'), text);
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    to.forbidden(child(path, 'x-kubernetes-map-type'), text);
}

function validateKeys(schema: Schema, keys: readonly string[], path: string, to: ErrorList): void {
  const at = child(path, 'x-kubernetes-list-map-keys');
  if (keys.length === 0) to.required(at, 'must not be empty if x-kubernetes-list-type is map');
  if (schema.items === undefined)
    return to.required(child(path, 'items'), 'must have a schema if x-kubernetes-list-type is map');
  const items = itemsOf(schema);
  if (!items)
    return to.invalid(
      child(path, 'items'),
      schema.items,
      'must only have a single schema if x-kubernetes-list-type is map',
    );
  const inItems = child(path, 'items');
  if (items.type !== 'object')
    return to.invalid(
      child(inItems, 'type'),
      items.type ?? '',
      "must be object if parent array's x-kubernetes-list-type is map",
    );
  const seen = new Set<string>();
  for (const key of keys) {
    const property = items.properties?.[key];
    if (!property) to.invalid(at, keys, 'entries must all be names of item properties');
    else if (property.type === 'array' || property.type === 'object')
      to.invalid(
        child(keyed(child(inItems, 'properties'), key), 'type'),
        items.type,
        "must be a scalar type if parent array's x-kubernetes-list-type is map",
      );
    if (seen.has(key)) to.invalid(at, keys, 'must not contain duplicate entries');
    seen.add(key);
  }
}

/** Items that are told apart are there, and so are their keys. */
function validateNulls(schema: Schema, path: string, to: ErrorList): void {
  const listType = schema['x-kubernetes-list-type'];
  const items = itemsOf(schema);
  if (!items || (listType !== 'map' && listType !== 'set')) return;
  const inItems = child(path, 'items');
  if (items.nullable)
    to.forbidden(child(inItems, 'nullable'), `cannot be nullable when x-kubernetes-list-type is ${listType}`);
  if (listType === 'set') return;
  for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
    const property = items.properties?.[key];
    if (!property) continue;
    const at = keyed(child(inItems, 'properties'), key);
    if (!items.required?.includes(key) && (property.default ?? null) === null)
      to.required(
        child(at, 'default'),
        'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
      );
    if (property.nullable)
      to.forbidden(child(at, 'nullable'), 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable');
  }
}
