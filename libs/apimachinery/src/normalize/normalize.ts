import { isNumber } from '@skiff/contracts';
import { isScalar, shortName, type FieldSchema, type ObjectSchema, type ValueSchema } from '../schema/object-schema';
import { goTypeOf, listReader, mapReader, unionReader } from './collections';
import { zeros } from './empty-values';
import { mismatch, pathOf, type Place, type Read } from './place';
import type { Findings } from './problem';
import { readAnything, scalarReaders } from './readers';

type ReadObject = (value: unknown, place: Place, findings: Findings) => Record<string, unknown>;

/** What was compiled from schemas, as long as there are these. */
const compiled = new WeakMap<ObjectSchema, ReadObject>();

/**
 * Turns parsed JSON into the canonical object of a schema: what upstream's server would print after reading it.
 * Unknown fields are left out and noted; a value of the wrong type throws DecodeError with upstream's words. What
 * needs no change is shared with the value.
 *
 * @typeParam T what the schema describes.
 */
export function normalizeObject<T = Record<string, unknown>>(
  schema: ObjectSchema,
  value: unknown,
  findings: Findings,
): T {
  const root: Place = { parent: undefined, step: '', struct: structOf(schema) ?? '' };
  return objectReader(schema)(value, root, findings) as T;
}

/** The Go struct that has the fields of an object, for decode errors; one without a name is part of another. */
const structOf = ({ name }: ObjectSchema): string | undefined => (name === undefined ? undefined : shortName(name));

/** @param omitEmpty whether a list or map without entries is read as undefined. */
function readerOf(schema: ValueSchema, omitEmpty = false): Read {
  switch (schema.type) {
    case 'object':
      return objectReader(schema);
    case 'list':
      return listReader(schema, readerOf(schema.element), omitEmpty);
    case 'map':
      return mapReader(schema, readerOf(schema.element), omitEmpty);
    case 'union':
      return unionReader(schema, (alternative) => readerOf(alternative));
    case 'any':
      return readAnything;
    default:
      return scalarReaders[schema.type];
  }
}

/** Compiled when it is first needed, since schemas may hold themselves. */
function objectReader(schema: ObjectSchema): ReadObject {
  let reader = compiled.get(schema);
  if (!reader) {
    let read: ReadObject | undefined;
    reader = (value, place, findings) => (read ??= compileObject(schema))(value, place, findings);
    compiled.set(schema, reader);
  }
  return reader;
}

function compileObject(schema: ObjectSchema): ReadObject {
  const fields = new Map([...schema.fields].map(([name, field]) => [name, compileField(field, schema)]));
  const nullable = new Set([...schema.fields.values()].flatMap(({ name, nullable }) => (nullable ? [name] : [])));
  const absent = [...schema.fields.values()].filter(({ showAbsent }) => showAbsent);
  const shown = absent.map((field) => [field.name, absentValue(field.value)] as const);
  const { kind, unknownFields } = schema;
  const readUnknown = unknownFields && readerOf(unknownFields);
  const apiVersion = kind && (kind.group ? `${kind.group}/${kind.version}` : kind.version);
  const goType = goTypeOf(schema);
  const own = structOf(schema);
  return (value, place, findings) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || isNumber(value))
      throw mismatch(value, place, goType);
    const struct = own ?? place.struct;
    const result: Record<string, unknown> = kind ? { kind: kind.kind, apiVersion } : {};
    for (const name of Object.keys(value)) {
      if (kind && (name === 'kind' || name === 'apiVersion')) continue;
      const read = fields.get(name) ?? readUnknown;
      if (!read) {
        // Upstream's decoder is case-sensitive, so another spelling is another field.
        findings.unknownFields.push(pathOf({ parent: place, step: name, struct }));
        continue;
      }
      const item = (value as Record<string, unknown>)[name];
      if (item === null || item === undefined) {
        if (item === null && nullable.has(name)) result[name] = null;
        continue;
      }
      const kept = read(item, { parent: place, step: name, struct }, findings);
      if (kept !== undefined) result[name] = kept;
    }
    for (const [name, empty] of shown) if (result[name] === undefined) result[name] = empty();
    return result;
  };
}

/** Reads the value of a field; undefined when it is to be left out. */
function compileField({ value, omitEmpty = false }: FieldSchema, object: ObjectSchema): Read {
  const read = readerOf(value, omitEmpty);
  if (entersRecursion(value, object)) return bounded(read);
  return omitEmpty && isScalar(value) ? nonZero(read, zeros[value.type]) : read;
}

const nonZero =
  (read: Read, zero: unknown): Read =>
  (value, place, findings) => {
    const result = read(value, place, findings);
    return result === zero ? undefined : result;
  };

/** What stands in JSON when a field is absent and yet shown: an object is its own for each. */
function absentValue(schema: ValueSchema): () => unknown {
  switch (schema.type) {
    case 'object':
      return () => objectReader(schema)({}, { parent: undefined, step: '', struct: '' }, { unknownFields: [] });
    case 'list':
    case 'map':
    case 'union':
    case 'any':
      return () => null;
    default:
      return () => zeros[schema.type];
  }
}

/** Where values begin that may be of any depth. */
function entersRecursion(schema: ValueSchema, from: ObjectSchema): boolean {
  if (schema.type === 'list' || schema.type === 'map') return entersRecursion(schema.element, from);
  return schema.type === 'object' && schema.recursive === true && !from.recursive;
}

/** Looks first how deep a value is. */
const bounded =
  (read: Read): Read =>
  (value, place, findings) =>
    read(readAnything(value), place, findings);
