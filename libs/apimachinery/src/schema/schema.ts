import { schemaJson } from '@skiff/contracts';

export type ScalarType = 'string' | 'int32' | 'int64' | 'bool' | 'double' | 'bytes';

/** What the API knows of a field; see proto/skiff/options. */
export interface FieldSchema {
  /** The JSON name. */
  readonly name: string;
  readonly number: number;
  /** A scalar, or the full name of a message. */
  readonly type: ScalarType | (string & {});
  readonly label?: 'list' | 'map';
  readonly doc?: string;
  readonly required?: boolean;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
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

export interface MessageSchema {
  readonly doc?: string;
  /** The codec of a message whose JSON is not the JSON of its fields. */
  readonly codec?:
    'quantity' | 'int-or-string' | 'time' | 'duration' | 'raw-json' | 'string-list' | 'json-schema-props';
  readonly kind?: {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
    readonly plural?: string;
    readonly namespaced?: boolean;
  };
  /** Absent where fields are merged one by one. */
  readonly mapType?: 'atomic' | 'granular';
  readonly fields: readonly FieldSchema[];
}

const messages = new Map(Object.entries(JSON.parse(schemaJson) as Record<string, MessageSchema>));
const scalars: ReadonlySet<string> = new Set(['string', 'int32', 'int64', 'bool', 'double', 'bytes']);

/** The schema of a message by its full name. */
export function messageSchema(name: string): MessageSchema {
  const schema = messages.get(name);
  if (!schema) throw new RangeError(`there is no message ${name}`);
  return schema;
}

export const messageNames = (): string[] => [...messages.keys()];

export function isScalar(type: string): type is ScalarType {
  return scalars.has(type);
}

const fieldsByName = new Map<string, ReadonlyMap<string, FieldSchema>>();

/** The fields of a message as JSON shows them: inlined messages give theirs. */
export function jsonFields(name: string): ReadonlyMap<string, FieldSchema> {
  let fields = fieldsByName.get(name);
  if (!fields) {
    const all = new Map<string, FieldSchema>();
    for (const field of messageSchema(name).fields) {
      if (field.inline) for (const [inner, schema] of jsonFields(field.type)) all.set(inner, schema);
      else all.set(field.name, field);
    }
    fieldsByName.set(name, (fields = all));
  }
  return fields;
}

const kindKey = ({ group, version, kind }: { group: string; version: string; kind: string }): string =>
  `${group}/${version}/${kind}`;
const messagesByKind = new Map(
  [...messages].flatMap(([name, { kind }]) => (kind ? [[kindKey(kind), name] as const] : [])),
);

/** The message of a kind. Throws RangeError where there is none. */
export function messageOfKind(kind: { group: string; version: string; kind: string }): string {
  const name = messagesByKind.get(kindKey(kind));
  if (name === undefined) throw new RangeError(`there is no kind ${kindKey(kind)}`);
  return name;
}
