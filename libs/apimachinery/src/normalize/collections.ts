import { isNumber, setEntry } from '@skiff/contracts';
import type { ListSchema, MapSchema, UnionSchema, ValueSchema } from '../schema/object-schema';
import { emptyElement } from './empty-values';
import { mismatch, type Read } from './place';
import { scalarReaders } from './readers';

/** What reads the items of a list. */
export function listReader({ element }: ListSchema, readElement: Read, omitEmpty: boolean): Read {
  const readNull = nullReader(element, readElement);
  const goType = `[]${goTypeOf(element)}`;
  return (value, place, findings) => {
    if (!Array.isArray(value)) throw mismatch(value, place, goType);
    if (omitEmpty && value.length === 0) return undefined;
    return value.map((item, index) => {
      const inside = { parent: place, step: index, struct: place.struct };
      return (item === null ? readNull : readElement)(item, inside, findings);
    });
  };
}

/** What reads the entries of a map. One that needs no change is shared with the value. */
export function mapReader({ element }: MapSchema, readElement: Read, omitEmpty: boolean): Read {
  const readNull = nullReader(element, readElement);
  const goType = `map[string]${goTypeOf(element)}`;
  return (value, place, findings) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || isNumber(value))
      throw mismatch(value, place, goType);
    const map = value as Readonly<Record<string, unknown>>;
    const keys = Object.keys(map);
    if (omitEmpty && keys.length === 0) return undefined;
    // One of texts is mostly as it should be: with a hundred thousand keys it is slow to copy.
    let copy: Record<string, unknown> | undefined;
    for (const [index, key] of keys.entries()) {
      const item = map[key];
      const inside = { parent: place, step: key, struct: place.struct, isKey: true };
      const read = (item === null || item === undefined ? readNull : readElement)(item, inside, findings);
      if (read !== item) copy ??= copyOf(map, keys.slice(0, index));
      if (copy) setEntry(copy, key, read);
    }
    return copy ?? map;
  };
}

function copyOf(map: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of keys) setEntry(copy, key, map[key]);
  return copy;
}

/** A null in a list or a map is the empty value; a time that is null is the zero time. */
function nullReader(element: ValueSchema, read: Read): Read {
  if (element.type === 'time' || element.type === 'micro-time') return () => null;
  return (_, place, findings) => read(emptyElement(element), place, findings);
}

/** What reads one of several: the one that is in JSON what the value is, or else the object. */
export function unionReader({ alternatives }: UnionSchema, readerOf: (schema: ValueSchema) => Read): Read {
  const readers = alternatives.map((alternative) => [formOf(alternative), readerOf(alternative)] as const);
  const byForm = new Map(readers);
  const [, last] = readers.at(-1) ?? ['object', scalarReaders.string];
  return (value, place, findings) => {
    const form = Array.isArray(value) ? 'list' : typeof value;
    return (byForm.get(form) ?? last)(value, place, findings);
  };
}

/** What a value of a schema is in JSON. */
function formOf({ type }: ValueSchema): string {
  switch (type) {
    case 'list':
      return 'list';
    case 'bool':
      return 'boolean';
    default:
      return 'object';
  }
}

const goNames: Readonly<Partial<Record<ValueSchema['type'], string>>> = { double: 'float64', bytes: 'uint8' };

/** What Go calls the type of a value: `string`, `v1.Container`. */
export function goTypeOf(schema: ValueSchema): string {
  if (schema.type === 'list') return `[]${goTypeOf(schema.element)}`;
  if (schema.type === 'map') return `map[string]${goTypeOf(schema.element)}`;
  if (schema.name !== undefined) return schema.name.split('.').slice(-2).join('.');
  return goNames[schema.type] ?? (schema.type === 'object' ? 'map[string]interface {}' : schema.type);
}
