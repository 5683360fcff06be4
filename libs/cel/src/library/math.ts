import { boolType, doubleType, dynType, intType, type Type, uintType } from '../types/type';
import { negateInt } from '../values/arithmetic';
import { compare } from '../values/compare';
import { EvaluationError, noSuchOverload } from '../values/evaluation-error';
import { DoubleValue, type Int, type ListValue, toInt, UintValue, type Value } from '../values/value';
import type { Run } from '../runtime/run';
import {
  double,
  func,
  type FunctionDeclaration,
  global,
  int,
  listOf,
  type Overload,
  type Parameter,
  uint,
} from './declare';

const numbers: readonly (readonly [string, Parameter])[] = [
  ['int', int],
  ['uint', uint],
  ['double', double],
];

function better(one: Value, other: Value, sign: 1 | -1): Value {
  const order = compare(one, other);
  if (order === undefined) throw noSuchOverload();
  return order * sign >= 0 ? one : other;
}

function best(list: ListValue, sign: 1 | -1, run: Run, name: string): Value {
  if (list.size === 0) throw new EvaluationError(`math.@${name}(list) argument must not be empty`);
  let found = list.get(0);
  for (let index = 1; index < list.size; index++) {
    run.charge(1);
    found = better(found, list.get(index), sign);
  }
  return found;
}

function extreme(name: 'max' | 'min', sign: 1 | -1): FunctionDeclaration {
  const pairs = numbers.flatMap(([first, one]) =>
    numbers.map(([second, other]): Overload => {
      const result: Type = first === second ? one.type : dynType;
      return global(`math_@${name}_${first}_${second}`, [one, other], result, (left, right) =>
        better(left, right, sign),
      );
    }),
  );
  return func(
    `math.@${name}`,
    ...numbers.map(([first, one]) => global(`math_@${name}_${first}`, [one], one.type, (value) => value)),
    ...pairs,
    ...numbers.map(([first, one]) =>
      global(`math_@${name}_list_${first}`, [listOf(one.type)], one.type, (list, run) => best(list, sign, run, name)),
    ),
  );
}

/** Halves go away from zero. */
const round = (value: number): number =>
  Number.isInteger(value) ? value : Math.sign(value) * Math.floor(Math.abs(value) + 0.5);

const rounding = (name: string, id: string, compute: (value: number) => number): FunctionDeclaration =>
  func(
    `math.${name}`,
    global(id, [double], doubleType, ({ value }) => new DoubleValue(compute(value))),
  );

const question = (name: string, id: string, is: (value: number) => boolean): FunctionDeclaration =>
  func(
    `math.${name}`,
    global(id, [double], boolType, ({ value }) => is(value)),
  );

const signOf = (value: Int): number => {
  if (value > 0) return 1;
  return value < 0 ? -1 : 0;
};

function absolute(value: Int): Int {
  if (value === -(2n ** 63n)) throw new EvaluationError('integer overflow');
  return value < 0 ? negateInt(value) : value;
}

type Bits = (one: bigint, other: bigint) => bigint;

const asInt = (value: bigint): Int => toInt(BigInt.asIntN(64, value));
const asUint = (value: bigint): UintValue => new UintValue(toInt(BigInt.asUintN(64, value)));

const bitwise = (name: string, id: string, compute: Bits): FunctionDeclaration =>
  func(
    `math.${name}`,
    global(`math_${id}_int_int`, [int, int], intType, (one, other) => asInt(compute(BigInt(one), BigInt(other)))),
    global(`math_${id}_uint_uint`, [uint, uint], uintType, (one, other) =>
      asUint(compute(BigInt(one.value), BigInt(other.value))),
    ),
  );

/** Shifts bits, not the sign: an int is shifted like a uint of the same bits. */
function shift(name: string, id: string, compute: Bits): FunctionDeclaration {
  const shifted = (bits: bigint, by: Int): bigint => {
    if (by < 0) throw new EvaluationError(`math.${name}() negative offset: ${String(by)}`);
    return by >= 64 ? 0n : compute(BigInt.asUintN(64, bits), BigInt(by));
  };
  return func(
    `math.${name}`,
    global(`math_${id}_int_int`, [int, int], intType, (one, by) => asInt(shifted(BigInt(one), by))),
    global(`math_${id}_uint_int`, [uint, int], uintType, (one, by) => asUint(shifted(BigInt(one.value), by))),
  );
}

const root = (value: number): DoubleValue => new DoubleValue(Math.sqrt(value));

/** Upstream: cel-go ext/math.go, version 2. */
export const math = [
  extreme('max', 1),
  extreme('min', -1),
  rounding('ceil', 'math_ceil_double', Math.ceil),
  rounding('floor', 'math_floor_double', Math.floor),
  rounding('round', 'math_round_double', round),
  rounding('trunc', 'math_trunc_double', Math.trunc),
  question('isInf', 'math_isInf_double', (value) => value === Infinity || value === -Infinity),
  question('isNaN', 'math_isNaN_double', Number.isNaN),
  question('isFinite', 'math_isFinite_double', Number.isFinite),
  func(
    'math.abs',
    global('math_abs_int', [int], intType, absolute),
    global('math_abs_uint', [uint], uintType, (value) => value),
    global('math_abs_double', [double], doubleType, ({ value }) => new DoubleValue(Math.abs(value))),
  ),
  func(
    'math.sign',
    global('math_sign_int', [int], intType, signOf),
    global('math_sign_uint', [uint], uintType, ({ value }) => new UintValue(signOf(value))),
    global('math_sign_double', [double], doubleType, ({ value }) => new DoubleValue(Math.sign(value))),
  ),
  bitwise('bitAnd', 'bitAnd', (one, other) => one & other),
  bitwise('bitOr', 'bitOr', (one, other) => one | other),
  bitwise('bitXor', 'bitXor', (one, other) => one ^ other),
  func(
    'math.bitNot',
    global('math_bitNot_int_int', [int], intType, (value) => asInt(~BigInt(value))),
    global('math_bitNot_uint_uint', [uint], uintType, ({ value }) => asUint(~BigInt(value))),
  ),
  shift('bitShiftLeft', 'bitShiftLeft', (bits, by) => bits << by),
  shift('bitShiftRight', 'bitShiftRight', (bits, by) => bits >> by),
  func(
    'math.sqrt',
    global('math_sqrt_int', [int], doubleType, (value) => root(Number(value))),
    global('math_sqrt_uint', [uint], doubleType, ({ value }) => root(Number(value))),
    global('math_sqrt_double', [double], doubleType, ({ value }) => root(value)),
  ),
];
