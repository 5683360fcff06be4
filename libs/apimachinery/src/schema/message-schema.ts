import { schemaJson, type Kind } from '@skiff/contracts';
import type { Findings } from '../normalize/problem';
import type {
  KindName,
  FieldSchema,
  ListSchema,
  MapType,
  ObjectSchema,
  ScalarSchema,
  ScalarType,
  UnionSchema,
  ValueSchema,
} from './object-schema';

/** What is known of a field of a message; see proto/skiff/options. */
interface FieldEntry {
  /** The JSON name. */
  readonly name: string;
  /** A scalar, or the full name of a message. */
  readonly type: string;
  readonly label?: 'list' | 'map';
  readonly doc?: string;
  readonly required?: boolean;
  readonly listType?: ListSchema['listType'];
  readonly listMapKeys?: readonly string[];
  readonly mapType?: MapType;
  readonly patchStrategy?: readonly string[];
  readonly patchMergeKey?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly format?: string;
  /** Absence and zero differ. */
  readonly pointer?: boolean;
  /** JSON shows it even when it is zero. */
  readonly always?: boolean;
  /** JSON shows the fields of this message in its place. */
  readonly inline?: boolean;
}

interface MessageEntry {
  readonly doc?: string;
  /** The codec of a message whose JSON is not the JSON of its fields. */
  readonly codec?:
    'quantity' | 'int-or-string' | 'time' | 'duration' | 'raw-json' | 'string-list' | 'json-schema-props';
  readonly kind?: KindName;
  readonly mapType?: MapType;
  readonly fields: readonly FieldEntry[];
}

const messages = new Map(Object.entries(JSON.parse(schemaJson) as Record<string, MessageEntry>));
const plainScalars: ReadonlySet<string> = new Set(['string', 'bytes', 'bool', 'int32', 'int64', 'double']);
const isPlainScalar = (type: string): type is ScalarType => plainScalars.has(type);

const known = new Map<string, ValueSchema>();

/** The schema of a message by its full name. Throws RangeError where there is none, or where JSON shows no object. */
export function messageSchema(name: string): ObjectSchema {
  const schema = valueSchema(name);
  if (schema.type !== 'object') throw new RangeError(`${name} is no object`);
  return schema;
}

/** A kind that brings its schema: no message has the fields of its objects. */
export interface DescribedKind<T = unknown> extends Kind<T> {
  readonly schema: ObjectSchema;
  /**
   * Reads a document as an object of the kind, where that is not done by the schema: what has the wrong type may be for
   * validation to tell. Leaves the document as it is. Throws DecodeError, or a StatusError for a document of another kind.
   */
  readonly read?: DocumentReader<T>;
}

/** @param findings gets the paths of fields that are left out, in order. */
export type DocumentReader<T> = (document: object, findings: Findings) => T;

/** How documents become objects of a kind, where the schema alone does not say it. */
export const readerOf = <T>(kind: Kind<T> & Partial<Pick<DescribedKind<T>, 'read'>>): DocumentReader<T> | undefined =>
  kind.read;

/** What is known of the objects of a kind. */
export const schemaOf = (kind: Kind & Partial<Pick<DescribedKind, 'schema'>>): ObjectSchema =>
  kind.schema ?? messageSchema(kind.message);

/** Whether there is a message of this name. */
export const hasMessage = (name: string): boolean => messages.has(name);

function valueSchema(name: string): ValueSchema {
  let schema = known.get(name);
  if (!schema) known.set(name, (schema = readMessage(name, entryOf(name))));
  return schema;
}

function entryOf(name: string): MessageEntry {
  const entry = messages.get(name);
  if (!entry) throw new RangeError(`there is no message ${name}`);
  return entry;
}

function readMessage(name: string, entry: MessageEntry): ValueSchema {
  const { codec, doc } = entry;
  const described = { name, doc };
  switch (codec) {
    case undefined:
      return readObject(name, entry);
    case 'time':
      return { ...described, type: name.endsWith('MicroTime') ? 'micro-time' : 'time' };
    case 'raw-json':
      return { ...described, type: 'any', object: !name.endsWith('.JSON') };
    case 'string-list':
      return { type: 'list', element: text };
    case 'json-schema-props':
      return { ...described, type: 'union', alternatives: alternativesOf(name) };
    default:
      return { ...described, type: codec };
  }
}

/**
 * Messages refer to each other in circles, so fields are read when they are asked for. All schemas of a sort have the
 * same properties in the same order, absent or not: V8 finds them several times faster so.
 */
function readObject(name: string, entry: MessageEntry): ObjectSchema {
  let fields: ReadonlyMap<string, FieldSchema> | undefined;
  const { doc, kind, mapType } = entry;
  return {
    type: 'object',
    name,
    doc,
    kind,
    mapType,
    recursive: entry.fields.some(({ type }) => type === name),
    get fields() {
      return (fields ??= new Map(flat(entry).map((field) => [field.name, readField(field, name)])));
    },
  };
}

const text: ValueSchema = { type: 'string' };

/** What stands in place of a schema in some fields of one. */
function alternativesOf(name: string): UnionSchema['alternatives'] {
  const schema = valueSchema(name.slice(0, name.lastIndexOf('Or')));
  if (name.endsWith('OrBool')) return [{ type: 'bool' }, schema];
  return [{ type: 'list', element: name.endsWith('OrStringArray') ? text : schema }, schema];
}

/** The fields of a message as JSON shows them: inlined messages give theirs. */
function flat({ fields }: MessageEntry): FieldEntry[] {
  return fields.flatMap((field) => (field.inline ? flat(entryOf(field.type)) : [field]));
}

function readField(entry: FieldEntry, message: string): FieldSchema {
  const { name, doc, required, default: initial, label, mapType, patchStrategy, patchMergeKey } = entry;
  return {
    ...{ name, value: valueOf(entry), doc, required, default: initial },
    ...{ omitEmpty: omitsEmpty(entry) && !keptEmpty.has(`${message}.${name}`), showAbsent: showsAbsent(entry) },
    ...{ mapType: label ? undefined : mapType, patchStrategy, patchMergeKey },
  };
}

/** What is not the same empty as absent: an empty list asks to forget all managers. It is never stored. */
const keptEmpty: ReadonlySet<string> = new Set(['k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta.managedFields']);

function valueOf(entry: FieldEntry): ValueSchema {
  const { type, label, listType, listMapKeys, mapType } = entry;
  const element = isPlainScalar(type) ? readScalar(type, entry) : valueSchema(type);
  if (label === 'list') return { type: 'list', element, listType, listMapKeys };
  return label === 'map' ? { type: 'map', element, mapType } : element;
}

function readScalar(type: ScalarType, { label, listType, enum: values, format }: FieldEntry): ScalarSchema {
  const isAtomicList = label === undefined && listType === 'atomic';
  return { type, enum: values, format, listType: isAtomicList ? 'atomic' : undefined };
}

/** As Go's `omitempty`. */
function omitsEmpty({ type, label, always, pointer }: FieldEntry): boolean {
  if (label) return !always;
  return isPlainScalar(type) && !always && !pointer;
}

/** A struct that is no pointer is always there. */
function showsAbsent({ name, type, label, always = false, pointer }: FieldEntry): boolean {
  if (label) return always;
  if (pointer) return false;
  if (isPlainScalar(type)) return always;
  switch (entryOf(type).codec) {
    case 'raw-json':
    case 'string-list':
    case 'json-schema-props':
      return always;
    case 'time':
      return name !== 'creationTimestamp';
    default:
      return true;
  }
}

const kindKey = ({ group, version, kind }: KindName): string => `${group}/${version}/${kind}`;
const messagesByKind = new Map(
  [...messages].flatMap(([name, { kind }]) => (kind ? [[kindKey(kind), name] as const] : [])),
);

/** The schema of a kind's message. Throws RangeError where there is none. */
export function kindSchema(kind: KindName): ObjectSchema {
  const name = messagesByKind.get(kindKey(kind));
  if (name === undefined) throw new RangeError(`there is no kind ${kindKey(kind)}`);
  return messageSchema(name);
}
