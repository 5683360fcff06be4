import type { Run } from '../runtime/run';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  stringType,
  timestampType,
  typeOfType,
  typeParameter,
  uintType,
  optionalType,
  type Type,
} from '../types/type';
import {
  BytesValue,
  DoubleValue,
  DurationValue,
  type Int,
  isInt,
  ListValue,
  MapValue,
  OptionalValue,
  TimestampValue,
  TypeValue,
  UintValue,
  type Value,
} from '../values/value';

/** A parameter of a function: its type, and which values are of it. */
export interface Parameter<T extends Value = Value> {
  readonly type: Type;
  readonly is: (value: Value) => value is T;
}

type Natives<P extends readonly Parameter[]> = { [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

/** One signature of a function, and what it computes. */
export interface Overload {
  /** Upstream's name of it, by which costs are found. */
  readonly id: string;
  readonly member: boolean;
  readonly parameters: readonly Parameter[];
  /** Of the parameters. */
  readonly types: readonly Type[];
  readonly result: Type;
  /** Whether the signature has type parameters. */
  readonly generic: boolean;
  /** Takes the arguments, and then the evaluation. */
  readonly call: (...args: (Value | Run)[]) => Value;
}

export interface FunctionDeclaration {
  /** With the namespace, if it has one: `strings.quote`. */
  readonly name: string;
  readonly overloads: readonly Overload[];
}

function isGeneric(type: Type): boolean {
  switch (type.kind) {
    case 'parameter':
      return true;
    case 'list':
      return isGeneric(type.element);
    case 'map':
      return isGeneric(type.key) || isGeneric(type.value);
    case 'opaque':
      return type.parameters.some(isGeneric);
    case 'type':
      return type.of !== undefined && isGeneric(type.of);
    default:
      return false;
  }
}

function declare<const P extends readonly Parameter[]>(
  member: boolean,
  id: string,
  parameters: P,
  result: Type,
  call: (...args: [...Natives<P>, Run]) => Value,
): Overload {
  const types = parameters.map(({ type }) => type);
  const generic = isGeneric(result) || types.some(isGeneric);
  // What calls an overload has held its arguments to the parameters.
  return { id, member, parameters, types, result, generic, call: call as unknown as Overload['call'] };
}

/** A signature of a function: `f(a, b)`. */
export const global = <const P extends readonly Parameter[]>(
  id: string,
  parameters: P,
  result: Type,
  call: (...args: [...Natives<P>, Run]) => Value,
): Overload => declare(false, id, parameters, result, call);

/** A signature of a member: `a.f(b)`. The target is the first parameter. */
export const member = <const P extends readonly Parameter[]>(
  id: string,
  parameters: P,
  result: Type,
  call: (...args: [...Natives<P>, Run]) => Value,
): Overload => declare(true, id, parameters, result, call);

export const func = (name: string, ...overloads: Overload[]): FunctionDeclaration => ({ name, overloads });

const parameter = <T extends Value>(type: Type, is: (value: Value) => value is T): Parameter<T> => ({ type, is });

const anything = (value: Value): value is Value => value !== undefined;

export const dyn: Parameter = { type: dynType, is: anything };
export const nothing = parameter(nullType, (value): value is null => value === null);
export const bool = parameter(boolType, (value): value is boolean => typeof value === 'boolean');
export const int = parameter(intType, (value): value is Int => isInt(value));
export const uint = parameter(uintType, (value): value is UintValue => value instanceof UintValue);
export const double = parameter(doubleType, (value): value is DoubleValue => value instanceof DoubleValue);
export const string = parameter(stringType, (value): value is string => typeof value === 'string');
export const bytes = parameter(bytesType, (value): value is BytesValue => value instanceof BytesValue);
export const timestamp = parameter(timestampType, (value): value is TimestampValue => value instanceof TimestampValue);
export const duration = parameter(durationType, (value): value is DurationValue => value instanceof DurationValue);
export const typeA = typeParameter('A');
export const typeB = typeParameter('B');
export const anyA: Parameter = { type: typeA, is: anything };
export const anyB: Parameter = { type: typeB, is: anything };
export const anyType = parameter(typeOfType(typeA), (value): value is TypeValue => value instanceof TypeValue);
export const listOf = (element: Type): Parameter<ListValue> =>
  parameter(listType(element), (value): value is ListValue => value instanceof ListValue);
export const mapOf = (key: Type, value: Type): Parameter<MapValue> =>
  parameter(mapType(key, value), (found): found is MapValue => found instanceof MapValue);
export const optionalOf = (type: Type): Parameter<OptionalValue> =>
  parameter(optionalType(type), (value): value is OptionalValue => value instanceof OptionalValue);

/** A parameter of a class of values. */
export const instanceOf = <T extends Value & object>(
  type: Type,
  valueClass: abstract new (...args: never[]) => T,
): Parameter<T> => parameter(type, (value): value is T => value instanceof valueClass);
