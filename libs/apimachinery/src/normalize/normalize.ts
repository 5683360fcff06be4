import { isNumber, setEntry, type Kind } from '@skiff/contracts';
import { isScalar, messageSchema, type FieldSchema, type MessageSchema, type ScalarType } from '../schema/schema';
import { mismatch, pathOf, type Place, type Read } from './place';
import type { Findings } from './problem';
import {
  readAnything,
  readDuration,
  readIntOrString,
  readMicroTime,
  readQuantity,
  readTime,
  scalarReaders,
  zeros,
} from './readers';

interface Compiled {
  /** Reads a JSON value; undefined when it is to be left out. */
  readonly read: Read;
  /** What stands in JSON when the field is absent; undefined for nothing. */
  readonly absent: (() => unknown) | undefined;
}

const compiled = new Map<string, (value: unknown, place: Place, findings: Findings) => Record<string, unknown>>();

/**
 * Turns parsed JSON into the canonical object of a message: what upstream's server
 * would print after reading it. Unknown fields are left out and noted; a value of
 * the wrong type throws DecodeError with upstream's words. What needs no change is shared with the value.
 */
export function normalizeMessage(message: string, value: unknown, findings: Findings): Record<string, unknown> {
  const root: Place = { parent: undefined, step: '', struct: shortName(message) };
  return compileMessage(message)(value, root, findings);
}

/** The canonical object of a kind, with its kind and apiVersion. */
export function normalizeObject<T>(kind: Pick<Kind<T>, 'message'>, value: unknown, findings: Findings): T {
  // The schema of the message describes T.
  return normalizeMessage(kind.message, value, findings) as T;
}

const shortName = (message: string): string => message.slice(message.lastIndexOf('.') + 1);

function compileMessage(
  message: string,
): (value: unknown, place: Place, findings: Findings) => Record<string, unknown> {
  const known = compiled.get(message);
  if (known) return known;
  let implementation: ReturnType<typeof buildMessage> | undefined;
  const lazy = (value: unknown, place: Place, findings: Findings): Record<string, unknown> => {
    implementation ??= buildMessage(message, messageSchema(message));
    return implementation(value, place, findings);
  };
  compiled.set(message, lazy);
  return lazy;
}

function flatFields(schema: MessageSchema): FieldSchema[] {
  return schema.fields.flatMap((field) => (field.inline ? flatFields(messageSchema(field.type)) : [field]));
}

function buildMessage(message: string, schema: MessageSchema) {
  const fields = new Map(flatFields(schema).map((field) => [field.name, compileField(field)]));
  const filled = [...fields].filter(([, field]) => field.absent);
  const { kind } = schema;
  const struct = shortName(message);
  const apiVersion = kind && (kind.group ? `${kind.group}/${kind.version}` : kind.version);
  return (value: unknown, place: Place, findings: Findings): Record<string, unknown> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || isNumber(value))
      throw mismatch(value, place, goStruct(message));
    const result: Record<string, unknown> = kind ? { kind: kind.kind, apiVersion } : {};
    for (const name of Object.keys(value)) {
      const field = fields.get(name);
      if (!field) {
        if (kind && (name === 'kind' || name === 'apiVersion')) continue;
        // Upstream's decoder is case-sensitive, so another spelling is another field.
        findings.unknownFields.push(pathOf({ parent: place, step: name, struct }));
        continue;
      }
      const item = (value as Record<string, unknown>)[name];
      if (item === null || item === undefined) continue;
      const read = field.read(item, { parent: place, step: name, struct }, findings);
      if (read !== undefined) result[name] = read;
    }
    for (const [name, field] of filled) if (result[name] === undefined) result[name] = field.absent?.();
    return result;
  };
}

const goStruct = (message: string): string => {
  const parts = message.split('.');
  return `${parts.at(-2)}.${parts.at(-1)}`;
};

function compileField(field: FieldSchema): Compiled {
  const element = compileElement(field);
  if (field.label === 'list') {
    return { read: listReader(field, element), absent: field.always ? () => null : undefined };
  }
  if (field.label === 'map') {
    return { read: mapReader(field, element), absent: field.always ? () => null : undefined };
  }
  return { read: element, absent: absentValue(field) };
}

function absentValue(field: FieldSchema): (() => unknown) | undefined {
  if (field.pointer) return undefined;
  if (isScalar(field.type)) return field.always ? () => zeros[field.type as ScalarType] : undefined;
  const schema = messageSchema(field.type);
  switch (schema.codec) {
    case undefined:
      return () => compileMessage(field.type)({}, { parent: undefined, step: '', struct: '' }, { unknownFields: [] });
    case 'time':
      return field.name === 'creationTimestamp' ? undefined : () => null;
    case 'quantity':
      return () => '0';
    case 'int-or-string':
      return () => 0;
    case 'duration':
      return () => '0s';
    default:
      return field.always ? () => null : undefined;
  }
}

function listReader(field: FieldSchema, element: Read): Read {
  return (value, place, findings) => {
    if (!Array.isArray(value)) throw mismatch(value, place, `[]${goTypeOfField(field)}`);
    if (value.length === 0) return field.always ? [] : undefined;
    return value.map(
      (item, index) =>
        element(
          item === null ? emptyOf(field) : item,
          { parent: place, step: index, struct: place.struct },
          findings,
        ) ?? emptyOf(field),
    );
  };
}

/** What a null in a list becomes: the zero value of its elements. */
function emptyOf(field: FieldSchema): unknown {
  if (isScalar(field.type)) return zeros[field.type];
  return messageSchema(field.type).codec === 'time' ? null : {};
}

function mapReader(field: FieldSchema, element: Read): Read {
  // A time that is null is the zero time.
  const readElement: Read = (item, place, findings) => (item === null ? null : element(item, place, findings));
  return (value, place, findings) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || isNumber(value))
      throw mismatch(value, place, `map[string]${goTypeOfField(field)}`);
    const map = value as Readonly<Record<string, unknown>>;
    const keys = Object.keys(map);
    if (keys.length === 0) return field.always ? {} : undefined;
    // One of texts is mostly as it should be: with a hundred thousand keys it is slow to copy.
    let copy: Record<string, unknown> | undefined;
    for (const [index, key] of keys.entries()) {
      const item = map[key];
      const inside = { parent: place, step: key, struct: place.struct };
      const read = readElement(item ?? emptyOf(field), inside, findings) ?? emptyOf(field);
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

function goTypeOfField(field: FieldSchema): string {
  const names: Readonly<Record<string, string>> = { bool: 'bool', double: 'float64', bytes: 'uint8' };
  return isScalar(field.type) ? (names[field.type] ?? field.type) : goStruct(field.type);
}

/** Reads one value of a field's type; zero values that JSON leaves out become undefined. */
function compileElement(field: FieldSchema): Read {
  if (!isScalar(field.type)) return compileMessageValue(field);
  const keepZero = field.pointer === true || field.always === true || field.label !== undefined;
  const read = scalarReaders[field.type];
  const zero = zeros[field.type];
  if (keepZero) return read;
  return (value, place, findings) => {
    const result = read(value, place, findings);
    return result === zero ? undefined : result;
  };
}

function compileMessageValue(field: FieldSchema): Read {
  const schema = messageSchema(field.type);
  switch (schema.codec) {
    case undefined:
      return field.name === 'openAPIV3Schema' ? bounded(compileMessage(field.type)) : compileMessage(field.type);
    case 'quantity':
      return readQuantity;
    case 'int-or-string':
      return readIntOrString;
    case 'time':
      return field.type.endsWith('MicroTime') ? readMicroTime : readTime;
    case 'duration':
      return readDuration;
    case 'string-list':
      return (value, place, findings) => {
        if (!Array.isArray(value)) throw mismatch(value, place, '[]string');
        return value.map((item) => scalarReaders.string(item, place, findings));
      };
    case 'json-schema-props':
      return readSchemaProps(field.type);
    default:
      return readAnything;
  }
}

/** Of the types only schemas hold themselves, and so may be of any depth: looked at where they begin. */
function bounded(read: Read): Read {
  return (value, place, findings) => read(readAnything(value), place, findings);
}

/** A schema, or the alternative that its field allows. */
function readSchemaProps(type: string): Read {
  const schema = compileMessage('k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
  return (value, place, findings) => {
    if (typeof value === 'boolean' && type.endsWith('OrBool')) return value;
    if (Array.isArray(value) && type.endsWith('OrStringArray')) return value;
    if (Array.isArray(value)) return value.map((item) => schema(item, place, findings));
    return schema(value, place, findings);
  };
}
