import { EvaluationError } from './evaluation-error';
import { fitsDuration, timestampOf } from './time';
import {
  type TimestampValue,
  DoubleValue,
  DurationValue,
  fitsInt,
  fitsUint,
  type Int,
  toInt,
  UintValue,
} from './value';

const overflow = (what: string): EvaluationError => new EvaluationError(`${what} overflow`);

function checkedInt(value: bigint): Int {
  if (!fitsInt(value)) throw overflow('integer');
  return toInt(value);
}

export function addInts(one: Int, other: Int): Int {
  if (typeof one === 'number' && typeof other === 'number') {
    const sum = one + other;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return checkedInt(BigInt(one) + BigInt(other));
}

export function subtractInts(one: Int, other: Int): Int {
  if (typeof one === 'number' && typeof other === 'number') {
    const difference = one - other;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return checkedInt(BigInt(one) - BigInt(other));
}

export function multiplyInts(one: Int, other: Int): Int {
  if (typeof one === 'number' && typeof other === 'number') {
    const product = one * other;
    // `0 * -1` is -0, which is no int.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return checkedInt(BigInt(one) * BigInt(other));
}

export function divideInts(one: Int, other: Int): Int {
  if (other === 0) throw new EvaluationError('division by zero');
  if (typeof one === 'number' && typeof other === 'number') return Math.trunc(one / other) + 0;
  return checkedInt(BigInt(one) / BigInt(other));
}

export function moduloInts(one: Int, other: Int): Int {
  if (other === 0) throw new EvaluationError('modulus by zero');
  if (typeof one === 'number' && typeof other === 'number') return (one % other) + 0;
  if (one === least && other === -1) throw overflow('integer');
  return toInt(BigInt(one) % BigInt(other));
}

const least = -(2n ** 63n);

export function negateInt(one: Int): Int {
  return typeof one === 'number' ? 0 - one : checkedInt(-one);
}

type Operation = (one: bigint, other: bigint) => bigint;

const uints =
  (compute: Operation) =>
  (one: UintValue, other: UintValue): UintValue => {
    const result = compute(BigInt(one.value), BigInt(other.value));
    if (!fitsUint(result)) throw overflow('unsigned integer');
    return new UintValue(toInt(result));
  };

export const addUints = uints((one, other) => one + other);
export const subtractUints = uints((one, other) => one - other);
export const multiplyUints = uints((one, other) => one * other);
export const divideUints = uints((one, other) => {
  if (other === 0n) throw new EvaluationError('division by zero');
  return one / other;
});
export const moduloUints = uints((one, other) => {
  if (other === 0n) throw new EvaluationError('modulus by zero');
  return one % other;
});

const doubles =
  (compute: (one: number, other: number) => number) =>
  (one: DoubleValue, other: DoubleValue): DoubleValue =>
    new DoubleValue(compute(one.value, other.value));

export const addDoubles = doubles((one, other) => one + other);
export const subtractDoubles = doubles((one, other) => one - other);
export const multiplyDoubles = doubles((one, other) => one * other);
export const divideDoubles = doubles((one, other) => one / other);

export function durationOf(nanoseconds: bigint): DurationValue {
  if (!fitsDuration(nanoseconds)) throw overflow('duration');
  return new DurationValue(nanoseconds);
}

export function timestampAt(nanoseconds: bigint): TimestampValue {
  const found = timestampOf(nanoseconds);
  if (!found) throw overflow('timestamp');
  return found;
}
