import {
  addDoubles,
  addInts,
  addUints,
  divideDoubles,
  divideInts,
  divideUints,
  durationOf,
  moduloInts,
  moduloUints,
  multiplyDoubles,
  multiplyInts,
  multiplyUints,
  negateInt,
  subtractDoubles,
  subtractInts,
  subtractUints,
  timestampAt,
} from '../../values/arithmetic';
import { concatLists } from '../../values/lists';
import { addHostLists } from '../../values/host-lists';
import { BytesValue, DoubleValue } from '../../values/value';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  intType,
  listType,
  stringType,
  timestampType,
  uintType,
} from '../../types/type';
import { bool, bytes, double, duration, func, global, int, listOf, string, timestamp, typeA, uint } from '../declare';

/** Upstream: cel-go common/stdlib/standard.go, and the ids of common/overloads. */
export const arithmetic = [
  func(
    '_+_',
    global('add_int64', [int, int], intType, addInts),
    global('add_string', [string, string], stringType, (one, other) => one + other),
    global('add_double', [double, double], doubleType, addDoubles),
    global('add_uint64', [uint, uint], uintType, addUints),
    global(
      'add_bytes',
      [bytes, bytes],
      bytesType,
      (one, other) => new BytesValue(Buffer.concat([one.value, other.value])),
    ),
    global('add_list', [listOf(typeA), listOf(typeA)], listType(typeA), (one, other, run) =>
      one.hostType ? addHostLists(one, other, run) : concatLists(one, other),
    ),
    global('add_duration_duration', [duration, duration], durationType, (one, other) =>
      durationOf(one.nanoseconds + other.nanoseconds),
    ),
    global('add_duration_timestamp', [duration, timestamp], timestampType, (one, other) =>
      timestampAt(one.nanoseconds + other.nanoseconds),
    ),
    global('add_timestamp_duration', [timestamp, duration], timestampType, (one, other) =>
      timestampAt(one.nanoseconds + other.nanoseconds),
    ),
  ),
  func(
    '_-_',
    global('subtract_int64', [int, int], intType, subtractInts),
    global('subtract_double', [double, double], doubleType, subtractDoubles),
    global('subtract_uint64', [uint, uint], uintType, subtractUints),
    global('subtract_duration_duration', [duration, duration], durationType, (one, other) =>
      durationOf(one.nanoseconds - other.nanoseconds),
    ),
    global('subtract_timestamp_duration', [timestamp, duration], timestampType, (one, other) =>
      timestampAt(one.nanoseconds - other.nanoseconds),
    ),
    global('subtract_timestamp_timestamp', [timestamp, timestamp], durationType, (one, other) =>
      durationOf(one.nanoseconds - other.nanoseconds),
    ),
  ),
  func(
    '_*_',
    global('multiply_int64', [int, int], intType, multiplyInts),
    global('multiply_double', [double, double], doubleType, multiplyDoubles),
    global('multiply_uint64', [uint, uint], uintType, multiplyUints),
  ),
  func(
    '_/_',
    global('divide_int64', [int, int], intType, divideInts),
    global('divide_double', [double, double], doubleType, divideDoubles),
    global('divide_uint64', [uint, uint], uintType, divideUints),
  ),
  func(
    '_%_',
    global('modulo_int64', [int, int], intType, moduloInts),
    global('modulo_uint64', [uint, uint], uintType, moduloUints),
  ),
  func(
    '-_',
    global('negate_int64', [int], intType, negateInt),
    global('negate_double', [double], doubleType, (one) => new DoubleValue(-one.value)),
  ),
  func(
    '!_',
    global('logical_not', [bool], boolType, (one) => !one),
  ),
];
