import { boolType, dynType, listType, mapType, optionalType, typeOfType } from '../../types/type';
import { EvaluationError, noSuchOverload } from '../../values/evaluation-error';
import { ArrayList } from '../../values/lists';
import { typeNameOf } from '../../values/type-name';
import {
  BytesValue,
  DoubleValue,
  DurationValue,
  ListValue,
  MapValue,
  OptionalValue,
  TypeValue,
  UintValue,
  type Value,
} from '../../values/value';
import {
  anyA,
  anyB,
  bool,
  func,
  global,
  int,
  listOf,
  mapOf,
  member,
  optionalOf,
  type Overload,
  typeA,
  typeB,
} from '../declare';

/** What the compiler has code of its own for: here it is known by its types only. */
const compiled = (): never => {
  throw noSuchOverload();
};

const list = listOf(typeA);
const map = mapOf(typeA, typeB);

const index: readonly Overload[] = [
  global('index_list', [list, int], typeA, compiled),
  global('index_map', [map, anyA], typeB, compiled),
  global('optional_list_index_int', [optionalOf(listType(typeA)), int], optionalType(typeA), compiled),
  global('optional_map_index_value', [optionalOf(mapType(typeA, typeB)), anyA], optionalType(typeB), compiled),
];
const optionalIndex: readonly Overload[] = [
  global('list_optindex_optional_int', [list, int], optionalType(typeA), compiled),
  global('map_optindex_optional_value', [map, anyA], optionalType(typeB), compiled),
  global('optional_list_optindex_optional_int', [optionalOf(listType(typeA)), int], optionalType(typeA), compiled),
  global(
    'optional_map_optindex_optional_value',
    [optionalOf(mapType(typeA, typeB)), anyA],
    optionalType(typeB),
    compiled,
  ),
];

const valueOf = ({ value }: OptionalValue): Exclude<OptionalValue['value'], undefined> => {
  if (value === undefined) throw new EvaluationError('optional.none() dereference');
  return value;
};

export const control = [
  func('_&&_', global('logical_and', [bool, bool], boolType, compiled)),
  func('_||_', global('logical_or', [bool, bool], boolType, compiled)),
  func('_?_:_', global('conditional', [bool, anyA, anyA], typeA, compiled)),
  func('@not_strictly_false', global('not_strictly_false', [bool], boolType, compiled)),
  func('_[_]', ...index),
  func('_[?_]', ...optionalIndex),
  func(
    'dyn',
    global('to_dyn', [anyA], dynType, (value) => value),
  ),
  func(
    'type',
    global('type', [anyA], typeOfType(typeA), (value) => new TypeValue(typeNameOf(value))),
  ),
  func(
    'cel.@mapInsert',
    global('@mapInsert_map_key_value', [map, anyA, anyB], mapType(typeA, typeB), compiled),
    global('@mapInsert_map_map', [map, map], mapType(typeA, typeB), compiled),
  ),
];

/** Upstream: cel-go cel/library.go, OptionalTypes. */
export const optionals = [
  func(
    'optional.of',
    global('optional_of', [anyA], optionalType(typeA), (value) => new OptionalValue(value)),
  ),
  func(
    'optional.ofNonZeroValue',
    global('optional_ofNonZeroValue', [anyA], optionalType(typeA), (value) =>
      isZero(value) ? OptionalValue.none : new OptionalValue(value),
    ),
  ),
  func(
    'optional.none',
    global('optional_none', [], optionalType(typeA), () => OptionalValue.none),
  ),
  func('value', member('optional_value', [optionalOf(typeA)], typeA, valueOf)),
  func(
    'hasValue',
    member('optional_hasValue', [optionalOf(typeA)], boolType, ({ value }) => value !== undefined),
  ),
  func('or', member('optional_or_optional', [optionalOf(typeA), optionalOf(typeA)], optionalType(typeA), compiled)),
  func('orValue', member('optional_orValue_value', [optionalOf(typeA), anyA], typeA, compiled)),
  func(
    'optional.unwrap',
    global('optional_unwrap', [listOf(optionalType(typeA))], listType(typeA), (values) => presentOf(values)),
  ),
  func(
    'unwrapOpt',
    member('optional_unwrapOpt', [listOf(optionalType(typeA))], listType(typeA), (values) => presentOf(values)),
  ),
];

function presentOf(values: ListValue): ListValue {
  const present: Value[] = [];
  for (const optional of values)
    if (optional instanceof OptionalValue && optional.value !== undefined) present.push(optional.value);
  return new ArrayList(present);
}

function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === '') return true;
  if (value instanceof DoubleValue || value instanceof UintValue) return value.value === 0;
  if (value instanceof ListValue || value instanceof MapValue) return value.size === 0;
  if (value instanceof BytesValue) return value.value.length === 0;
  return value instanceof DurationValue && value.nanoseconds === 0n;
}
