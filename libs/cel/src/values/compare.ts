import type { Run } from '../runtime/run';
import {
  BytesValue,
  DoubleValue,
  DurationValue,
  type Int,
  isInt,
  ListValue,
  MapValue,
  OpaqueValue,
  OptionalValue,
  TimestampValue,
  TypeValue,
  UintValue,
  type Value,
} from './value';
import { StructValue } from './maps';

/** A number of any type, as JavaScript compares it: numbers and bigints exactly. Undefined for what is none. */
function numberOf(value: Value): Int | undefined {
  if (isInt(value)) return value;
  return value instanceof DoubleValue || value instanceof UintValue ? value.value : undefined;
}

/** Upstream compares an int with a double as doubles, although that may round it. */
const isDouble = (one: Value, other: Value): boolean => one instanceof DoubleValue || other instanceof DoubleValue;

/** Whether two values are equal; values of different types are not, numbers aside. */
export function equals(one: Value, other: Value, run: Run): boolean {
  if (one === other) return !(one instanceof DoubleValue && Number.isNaN(one.value));
  if (typeof one === 'string' || typeof other === 'string') return false;
  const number = numberOf(one);
  if (number !== undefined) {
    const second = numberOf(other);
    return second !== undefined && (isDouble(one, other) ? Number(number) === Number(second) : number === second);
  }
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') return false;
  run.step();
  if (one instanceof ListValue) return other instanceof ListValue && equalLists(one, other, run);
  if (one instanceof MapValue) return other instanceof MapValue && equalMaps(one, other, run);
  if (one instanceof TimestampValue) return other instanceof TimestampValue && one.nanoseconds === other.nanoseconds;
  if (one instanceof DurationValue) return other instanceof DurationValue && one.nanoseconds === other.nanoseconds;
  if (one instanceof BytesValue) return other instanceof BytesValue && Buffer.compare(one.value, other.value) === 0;
  if (one instanceof TypeValue) return other instanceof TypeValue && one.name === other.name;
  if (one instanceof OptionalValue) return other instanceof OptionalValue && equalOptionals(one, other, run);
  if (one instanceof OpaqueValue)
    return other instanceof OpaqueValue && one.constructor === other.constructor && one.equals(other);
  return false;
}

function equalOptionals(one: OptionalValue, other: OptionalValue, run: Run): boolean {
  if (one.value === undefined || other.value === undefined) return one.value === other.value;
  return equals(one.value, other.value, run);
}

function equalLists(one: ListValue, other: ListValue, run: Run): boolean {
  if (one.size !== other.size) return false;
  const semantics = one.hostType?.kind === 'list' ? one.hostType.semantics : undefined;
  if (semantics === 'set' || semantics === 'map') return holdTheSame(one, other, run);
  for (let index = 0; index < one.size; index++) if (!equals(one.get(index), other.get(index), run)) return false;
  return true;
}

/** Whether lists have the same elements, in whatever order. Upstream: common/values.go, unstructuredSetList.Equal. */
function holdTheSame(one: ListValue, other: ListValue, run: Run): boolean {
  for (const element of one) {
    let found = false;
    for (const candidate of other) {
      run.step();
      if ((found = equals(element, candidate, run))) break;
    }
    if (!found) return false;
  }
  return true;
}

function equalMaps(one: MapValue, other: MapValue, run: Run): boolean {
  if (one.size !== other.size || one instanceof StructValue !== other instanceof StructValue) return false;
  if (one instanceof StructValue && one.typeName !== other.typeName) return false;
  for (const key of one.keys()) {
    const value = one.get(key);
    const second = other.get(key);
    if (value === undefined || second === undefined || !equals(value, second, run)) return false;
  }
  return true;
}

/** Less than 0, 0 or more, for values that have an order; undefined for those that have none. */
export function compare(one: Value, other: Value): number | undefined {
  const number = numberOf(one);
  if (number !== undefined) {
    const second = numberOf(other);
    if (second === undefined) return undefined;
    return isDouble(one, other) ? order(Number(number), Number(second)) : order(number, second);
  }
  if (typeof one === 'string') return typeof other === 'string' ? compareText(one, other) : undefined;
  if (typeof one === 'boolean') return typeof other === 'boolean' ? Number(one) - Number(other) : undefined;
  if (one instanceof TimestampValue && other instanceof TimestampValue)
    return order(one.nanoseconds, other.nanoseconds);
  if (one instanceof DurationValue && other instanceof DurationValue) return order(one.nanoseconds, other.nanoseconds);
  if (one instanceof BytesValue && other instanceof BytesValue) return Buffer.compare(one.value, other.value);
  return undefined;
}

const order = (one: Int, other: Int): number | undefined => {
  if (one < other) return -1;
  if (one > other) return 1;
  return one === other ? 0 : undefined;
};

/** By code points, as UTF-8 is ordered: not by the halves of which JavaScript's text consists. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const first = one.charCodeAt(index);
    const second = other.charCodeAt(index);
    if (first === second) continue;
    return isSurrogate(first) === isSurrogate(second) ? first - second : isSurrogate(first) ? 1 : -1;
  }
  return one.length - other.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
