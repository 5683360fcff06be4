import { compare, equals } from '../../values/compare';
import { noSuchOverload } from '../../values/evaluation-error';
import { isInt, type ListValue, type MapValue, type Value } from '../../values/value';
import type { Run } from '../../runtime/run';
import { boolType } from '../../types/type';
import {
  anyA,
  bool,
  bytes,
  double,
  duration,
  func,
  type FunctionDeclaration,
  global,
  int,
  listOf,
  mapOf,
  type Overload,
  type Parameter,
  string,
  timestamp,
  typeA,
  typeB,
  uint,
} from '../declare';

const named = { bool, int64: int, uint64: uint, double, string, bytes, timestamp, duration };
const across: readonly (readonly [keyof typeof named, keyof typeof named])[] = [
  ['int64', 'double'],
  ['int64', 'uint64'],
  ['uint64', 'double'],
  ['uint64', 'int64'],
  ['double', 'int64'],
  ['double', 'uint64'],
];

function ordering(name: string, word: string, test: (order: number) => boolean): FunctionDeclaration {
  const decide = (one: Value, other: Value): boolean => {
    if (typeof one === 'number' && typeof other === 'number') return test(one - other);
    const order = compare(one, other);
    return order !== undefined && test(order);
  };
  const overload = (id: string, one: Parameter, other: Parameter): Overload =>
    global(id, [one, other], boolType, decide);
  return func(
    name,
    ...Object.entries(named).map(([type, parameter]) => overload(`${word}_${type}`, parameter, parameter)),
    ...across.map(([one, other]) => overload(`${word}_${one}_${other}`, named[one], named[other])),
  );
}

export function isIn(element: Value, list: ListValue, run: Run): boolean {
  const { size } = list;
  for (let index = 0; index < size; index++) if (equals(list.get(index), element, run)) return true;
  return false;
}

function isKey(key: Value, map: MapValue): boolean {
  if (typeof key !== 'string' && typeof key !== 'boolean' && !isInt(key) && typeof key !== 'object')
    throw noSuchOverload();
  return map.has(key);
}

export const comparisons = [
  func('_==_', global('equals', [anyA, anyA], boolType, equals)),
  func(
    '_!=_',
    global('not_equals', [anyA, anyA], boolType, (one, other, run) => !equals(one, other, run)),
  ),
  ordering('_<_', 'less', (order) => order < 0),
  ordering('_<=_', 'less_equals', (order) => order <= 0),
  ordering('_>_', 'greater', (order) => order > 0),
  ordering('_>=_', 'greater_equals', (order) => order >= 0),
  func(
    '@in',
    global('in_list', [anyA, listOf(typeA)], boolType, isIn),
    global('in_map', [anyA, mapOf(typeA, typeB)], boolType, isKey),
  ),
];
