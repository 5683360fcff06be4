/** What a type may say of how large its values are, in `size()` units. Costs are estimated by it. */
interface Sized {
  /** The most characters, bytes, elements or entries that a value has. Unknown where it is absent. */
  readonly maxSize?: number;
}

export interface SimpleType extends Sized {
  readonly kind:
    'dyn' | 'error' | 'null' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'timestamp' | 'duration';
}

export interface ListType extends Sized {
  readonly kind: 'list';
  readonly element: Type;
  /** How lists of the host compare and add up; `atomic` where it is absent. */
  readonly semantics?: 'atomic' | 'set' | 'map';
  /** The fields that tell the elements of a `map` list apart. */
  readonly mapKeys?: readonly string[];
}

export interface MapType extends Sized {
  readonly kind: 'map';
  readonly key: Type;
  readonly value: Type;
}

/** A field of an object. */
export interface ObjectField {
  /** The name in JSON, which may differ from the one in expressions (`a-b` is `a__dash__b`). */
  readonly jsonName: string;
  readonly type: Type;
}

/** An object whose fields the host declares. A schema implements it; fields are asked for one by one. */
export interface ObjectType extends Sized {
  readonly kind: 'object';
  /** What messages call the type; two types of the same name are one. */
  readonly name: string;
  /** The field of a name as expressions write it; undefined if there is none. */
  field(name: string): ObjectField | undefined;
}

/** A type that only functions look into: `net.IP`, `kubernetes.Quantity`, `optional_type(int)`. */
export interface OpaqueType extends Sized {
  readonly kind: 'opaque';
  readonly name: string;
  readonly parameters: readonly Type[];
}

/** The type of a type. */
export interface TypeOfType extends Sized {
  readonly kind: 'type';
  readonly of: Type | undefined;
}

/** A variable of types, in the signature of a function or while types are found. */
export interface TypeParameter extends Sized {
  readonly kind: 'parameter';
  readonly name: string;
}

/** A primitive that may be null. */
export interface WrapperType extends Sized {
  readonly kind: 'wrapper';
  readonly of: SimpleType;
}

export type Type = SimpleType | ListType | MapType | ObjectType | OpaqueType | TypeOfType | TypeParameter | WrapperType;

const simple = (kind: SimpleType['kind']): SimpleType => ({ kind });

export const dynType = simple('dyn');
export const errorType = simple('error');
export const nullType = simple('null');
export const boolType = simple('bool');
export const intType = simple('int');
export const uintType = simple('uint');
export const doubleType = simple('double');
export const stringType = simple('string');
export const bytesType = simple('bytes');
export const timestampType = simple('timestamp');
export const durationType = simple('duration');

export const listType = (element: Type, more: Omit<ListType, 'kind' | 'element'> = {}): ListType => ({
  kind: 'list',
  element,
  ...more,
});
export const mapType = (key: Type, value: Type, maxSize?: number): MapType => ({
  kind: 'map',
  key,
  value,
  ...(maxSize === undefined ? {} : { maxSize }),
});
export const typeOfType = (of?: Type): TypeOfType => ({ kind: 'type', of });
export const typeParameter = (name: string): TypeParameter => ({ kind: 'parameter', name });
export const opaqueType = (name: string, ...parameters: Type[]): OpaqueType => ({ kind: 'opaque', name, parameters });
export const optionalType = (value: Type): OpaqueType => opaqueType('optional_type', value);
export const wrapperType = (of: SimpleType): WrapperType => ({ kind: 'wrapper', of });

/** The type of an optional's value; undefined for what is no optional. */
export const optionalValueType = (type: Type): Type | undefined =>
  type.kind === 'opaque' && type.name === 'optional_type' ? (type.parameters[0] ?? dynType) : undefined;

/** An object type of a fixed list of fields, which are called the same in expressions as in JSON. */
export function objectType(name: string, fields: Readonly<Record<string, Type>>): ObjectType {
  const known = new Map(Object.entries(fields).map(([jsonName, type]) => [jsonName, { jsonName, type }]));
  return { kind: 'object', name, field: (field) => known.get(field) };
}
