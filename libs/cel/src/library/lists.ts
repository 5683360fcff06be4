import type { Run } from '../runtime/run';
import { boolType, doubleType, durationType, dynType, intType, listType, optionalType, uintType } from '../types/type';
import { addDoubles, addInts, addUints, durationOf } from '../values/arithmetic';
import { compare, equals } from '../values/compare';
import { EvaluationError, noSuchOverload } from '../values/evaluation-error';
import { ArrayList } from '../values/lists';
import {
  DoubleValue,
  DurationValue,
  type Int,
  isInt,
  ListValue,
  OptionalValue,
  UintValue,
  type Value,
} from '../values/value';
import {
  anyA,
  bool,
  bytes,
  double,
  duration,
  func,
  global,
  int,
  listOf,
  member,
  type Parameter,
  string,
  timestamp,
  typeA,
  uint,
} from './declare';

const comparable: Readonly<Record<string, Parameter>> = { bool, bytes, double, duration, int, string, timestamp, uint };
const list = listOf(typeA);

function order(one: Value, other: Value): number {
  const found = compare(one, other);
  if (found === undefined) throw noSuchOverload();
  return found;
}

function isSorted(values: ListValue, run: Run): boolean {
  for (let index = 1; index < values.size; index++) {
    run.step();
    if (order(values.get(index - 1), values.get(index)) > 0) return false;
  }
  return true;
}

const extreme =
  (name: 'min' | 'max') =>
  (values: ListValue, run: Run): Value => {
    if (values.size === 0) throw new EvaluationError(`${name} called on empty list`);
    let best = values.get(0);
    for (let index = 1; index < values.size; index++) {
      run.step();
      const value = values.get(index);
      if (name === 'min' ? order(value, best) < 0 : order(value, best) > 0) best = value;
    }
    return best;
  };

const sum =
  (zero: Value) =>
  (values: ListValue, run: Run): Value => {
    let total = zero;
    for (let index = 0; index < values.size; index++) {
      run.step();
      total = add(total, values.get(index));
    }
    return total;
  };

function add(one: Value, other: Value): Value {
  if (isInt(one) && isInt(other)) return addInts(one, other);
  if (one instanceof DoubleValue && other instanceof DoubleValue) return addDoubles(one, other);
  if (one instanceof UintValue && other instanceof UintValue) return addUints(one, other);
  if (one instanceof DurationValue && other instanceof DurationValue)
    return durationOf(one.nanoseconds + other.nanoseconds);
  throw noSuchOverload();
}

function indexOf(values: ListValue, value: Value, run: Run): number {
  for (let index = 0; index < values.size; index++) if (equals(values.get(index), value, run)) return index;
  return -1;
}

function lastIndexOf(values: ListValue, value: Value, run: Run): number {
  for (let index = values.size - 1; index >= 0; index--) if (equals(values.get(index), value, run)) return index;
  return -1;
}

function slice(values: ListValue, from: Int, to: Int, run: Run): ListValue {
  const cannot = (why: string): EvaluationError =>
    new EvaluationError(`cannot slice(${String(from)}, ${String(to)}), ${why}`);
  if (from < 0 || to < 0) throw cannot('negative indexes not supported');
  if (from > to) throw cannot('start index must be less than or equal to end index');
  if (to > values.size) throw cannot(`list is length ${String(values.size)}`);
  run.step(Number(to) - Number(from));
  const part: Value[] = [];
  for (let index = Number(from); index < Number(to); index++) part.push(values.get(index));
  return new ArrayList(part);
}

function flatten(values: ListValue, depth: Int, run: Run): ListValue {
  if (depth < 0) throw new EvaluationError('level must be non-negative');
  const flat: Value[] = [];
  const visit = (found: ListValue, left: number): void => {
    for (const value of found) {
      run.charge(1);
      if (value instanceof ListValue && left > 0) visit(value, left - 1);
      else flat.push(value);
    }
  };
  visit(values, Number(depth));
  return new ArrayList(flat);
}

/** Upstream: lists.range. Its cost is its size, which nothing else bounds. */
function range(count: Int, run: Run): ListValue {
  if (count > 0) run.charge(Number(count));
  return new ArrayList(Array.from({ length: Math.max(0, Number(count)) }, (_, index) => index));
}

function distinct(values: ListValue, run: Run): ListValue {
  const found: Value[] = [];
  const primitives = new Set<Value>();
  for (const value of values) {
    run.step();
    if (isPrimitive(value)) {
      if (primitives.has(value)) continue;
      primitives.add(value);
    }
    run.step(isPrimitive(value) ? 0 : found.length);
    if (isPrimitive(value) || !found.some((known) => equals(known, value, run))) found.push(value);
  }
  return new ArrayList(found);
}

const isPrimitive = (value: Value): boolean => typeof value === 'string' || typeof value === 'boolean';

function reversed(values: ListValue, run: Run): ListValue {
  run.step(values.size);
  return new ArrayList([...values].reverse());
}

function sortedBy(values: ListValue, keys: ListValue, run: Run): ListValue {
  if (values.size !== keys.size)
    throw new EvaluationError('@sortByAssociatedKeys() expected a list of the same size as the associated keys list');
  run.step(values.size);
  const [first] = keys;
  if (first !== undefined && compare(first, first) === undefined && !(first instanceof DoubleValue))
    throw new EvaluationError('list elements must be comparable');
  const entries = Array.from(keys, (key, index): readonly [Value, Value] => [key, values.get(index)]);
  entries.sort(([one], [other]) => {
    run.step();
    return sortOrder(one, other);
  });
  return new ArrayList(entries.map(([, value]) => value));
}

function sortOrder(one: Value, other: Value): number {
  const found = compare(one, other);
  if (found === undefined) throw new EvaluationError('list elements must have the same type');
  return found;
}

const edge = (values: ListValue, index: number): OptionalValue =>
  values.size === 0 ? OptionalValue.none : new OptionalValue(values.get(index));

const sums = {
  int: [int, 0, intType],
  uint: [uint, new UintValue(0), uintType],
  double: [double, new DoubleValue(0), doubleType],
  duration: [duration, new DurationValue(0n), durationType],
} as const;

const orders = Object.entries(comparable);

/** Upstream: k8s.io/apiserver/pkg/cel/library/lists.go, and cel-go ext/lists.go, version 3. */
export const lists = [
  func(
    'isSorted',
    ...orders.map(([name, { type }]) => member(`list_${name}_is_sorted_bool`, [listOf(type)], boolType, isSorted)),
  ),
  func(
    'sum',
    ...Object.entries(sums).map(([name, [{ type }, zero, result]]) =>
      member(`list_${name}_sum_${name}`, [listOf(type)], result, sum(zero)),
    ),
  ),
  func(
    'max',
    ...orders.map(([name, { type }]) => member(`list_${name}_max_${name}`, [listOf(type)], type, extreme('max'))),
  ),
  func(
    'min',
    ...orders.map(([name, { type }]) => member(`list_${name}_min_${name}`, [listOf(type)], type, extreme('min'))),
  ),
  func('indexOf', member('list_a_index_of_int', [list, anyA], intType, indexOf)),
  func('lastIndexOf', member('list_a_last_index_of_int', [list, anyA], intType, lastIndexOf)),
  func('slice', member('list_slice', [list, int, int], listType(typeA), slice)),
  func(
    'flatten',
    member('list_flatten', [listOf(listType(typeA))], listType(typeA), (values, run) => flatten(values, 1, run)),
    member('list_flatten_int', [listOf(dynType), int], listType(dynType), flatten),
  ),
  func('lists.range', global('lists_range', [int], listType(intType), range)),
  func('distinct', member('list_distinct', [list], listType(typeA), distinct)),
  func('reverse', member('list_reverse', [list], listType(typeA), reversed)),
  func(
    'sort',
    ...orders.map(([name, { type }]) =>
      member(`list_${name}_sort`, [listOf(type)], listType(type), (values, run) => sortedBy(values, values, run)),
    ),
  ),
  func(
    '@sortByAssociatedKeys',
    ...orders.map(([name, { type }]) =>
      member(`list_${name}_sortByAssociatedKeys`, [list, listOf(type)], listType(typeA), sortedBy),
    ),
  ),
  func(
    'first',
    member('list_first', [list], optionalType(typeA), (values) => edge(values, 0)),
  ),
  func(
    'last',
    member('list_last', [list], optionalType(typeA), (values) => edge(values, values.size - 1)),
  ),
];
