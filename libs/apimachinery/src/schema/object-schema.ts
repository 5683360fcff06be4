/**
 * What is known of a JSON value. Normalizing, every patch, field sets, validation of structure and OpenAPI walk this
 * and nothing else: a protobuf message has such a schema, and whoever else has one gets all of them.
 *
 * Schemas never change. What is compiled from one is kept as long as the schema is.
 */
export type ValueSchema = ScalarSchema | ListSchema | MapSchema | ObjectSchema | UnionSchema | AnySchema;

/** Texts and numbers, and what is written as one of them. */
export type ScalarType =
  | 'string'
  /** Base64. */
  | 'bytes'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'double'
  | 'quantity'
  | 'int-or-string'
  /** RFC 3339, in whole seconds. */
  | 'time'
  /** RFC 3339, with six digits of a second. */
  | 'micro-time'
  /** As Go writes it: `1h30m`. */
  | 'duration';

interface Described {
  /** The full name, such as `k8s.io.api.core.v1.Pod`, by which errors and documents call it. */
  readonly name?: string | undefined;
  readonly doc?: string | undefined;
}

export interface ScalarSchema extends Described {
  readonly type: ScalarType;
  readonly enum?: readonly string[] | undefined;
  /** What OpenAPI says of it beyond its type. */
  readonly format?: string | undefined;
  /** Said of bytes alone, which are a list to upstream. */
  readonly listType?: 'atomic' | undefined;
}

export interface ListSchema {
  readonly type: 'list';
  readonly element: ValueSchema;
  /** How its items are owned: all together (default), each by its value, or each by its keys. */
  readonly listType?: 'atomic' | 'set' | 'map' | undefined;
  /** What tells items of listType `map` apart. */
  readonly listMapKeys?: readonly string[] | undefined;
}

export interface MapSchema {
  readonly type: 'map';
  readonly element: ValueSchema;
  /** Whether its entries are owned together, or one by one (default). */
  readonly mapType?: MapType | undefined;
}

export interface ObjectSchema extends Described {
  readonly type: 'object';
  /** By their names in JSON. */
  readonly fields: ReadonlyMap<string, FieldSchema>;
  /**
   * What fields hold that are not among these, as where unknown ones are preserved; absent where there may be none.
   * Such fields are kept, and owned one by one as the entries of a map are.
   */
  readonly unknownFields?: ValueSchema | undefined;
  /** For the objects of a kind, which have apiVersion and kind besides their fields. */
  readonly kind?: KindName | undefined;
  /** Whether its fields are owned together, or one by one (default). */
  readonly mapType?: MapType | undefined;
  /** Whether its fields may hold values of this same schema, so that there is no end to how deep one is. */
  readonly recursive?: boolean | undefined;
  /** What OpenAPI documents say of it, where that is more than follows from its fields. */
  readonly document?: SchemaDocument | undefined;
}

/** A schema as it stands in OpenAPI documents. */
export interface SchemaDocument {
  /** All but the apiVersion and kind of its objects; absent where it follows from its fields. */
  readonly describe?: ((form: DocumentForm) => Record<string, unknown>) | undefined;
  /** What is said of its objects and of lists of them. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** The version of OpenAPI that a document is written in. */
export interface DocumentForm {
  readonly version: 2 | 3;
  /** What stands for a field. */
  property(field: FieldSchema): Record<string, unknown>;
}

/** One of several, told apart by what they are in JSON: a list, an object, a boolean. Its parts are atomic. */
export interface UnionSchema extends Described {
  readonly type: 'union';
  readonly alternatives: readonly ValueSchema[];
}

/** Any JSON, kept as it is. */
export interface AnySchema extends Described {
  readonly type: 'any';
  /**
   * Whether the types of what it holds are deduced from the values, as where a schema preserves unknown fields: entries
   * of objects are owned one by one, at every depth, and lists whole. Default: all of it is owned together.
   */
  readonly deduced?: boolean | undefined;
  /** Whether documents are to say that it is an object. */
  readonly object?: boolean | undefined;
}

/** Group, version and kind. */
export interface KindName {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export type MapType = 'atomic' | 'granular';

/** What an object says of one of its fields. */
export interface FieldSchema {
  readonly name: string;
  readonly value: ValueSchema;
  readonly doc?: string | undefined;
  readonly required?: boolean | undefined;
  readonly default?: unknown;
  /** What is empty (zero, false, no text, no items) is as good as absent, and left out. */
  readonly omitEmpty?: boolean | undefined;
  /** Whether null is a value of its own, which is kept; default: it is as good as absent. */
  readonly nullable?: boolean | undefined;
  /** What is absent is shown as the empty value. */
  readonly showAbsent?: boolean | undefined;
  /** Goes before that of the value. */
  readonly mapType?: MapType | undefined;
  /** How a strategic merge patch treats it: `merge`, `replace`, `retainKeys`. */
  readonly patchStrategy?: readonly string[] | undefined;
  /** What tells the items of a list apart that is merged. */
  readonly patchMergeKey?: string | undefined;
}

/** Whether a value is no list, map or object. */
export const isScalar = (schema: ValueSchema): schema is ScalarSchema => schema.type in scalarTypes;

const scalarTypes: Readonly<Record<ScalarType, true>> = {
  ...{ string: true, bytes: true, bool: true, int32: true, int64: true, double: true },
  ...{ quantity: true, 'int-or-string': true, time: true, 'micro-time': true, duration: true },
};

/** How Go calls a type: the last part of its name. */
export const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
