import type { Type } from '../types/type';

/** A whole number of 64 bits: a number as long as it is exact, else a bigint. Never a bigint that a number could be. */
export type Int = number | bigint;

/** What an expression computes with. Doubles are wrapped, so that `1` and `1.0` are told apart. */
export type Value = null | boolean | Int | string | CelObject;

/** Every value that is not a primitive of JavaScript. */
export abstract class CelObject {
  /** What `type()` calls it. */
  abstract readonly typeName: string;
}

export class DoubleValue extends CelObject {
  readonly typeName = 'double';
  constructor(readonly value: number) {
    super();
  }
}

export class UintValue extends CelObject {
  readonly typeName = 'uint';
  constructor(readonly value: Int) {
    super();
  }
}

export class BytesValue extends CelObject {
  readonly typeName = 'bytes';
  constructor(readonly value: Uint8Array) {
    super();
  }
}

/** A length of time in nanoseconds. */
export class DurationValue extends CelObject {
  readonly typeName = 'google.protobuf.Duration';
  constructor(readonly nanoseconds: bigint) {
    super();
  }
}

/** A moment, in nanoseconds since 1970. */
export class TimestampValue extends CelObject {
  readonly typeName = 'google.protobuf.Timestamp';
  constructor(readonly nanoseconds: bigint) {
    super();
  }
}

/** A type as a value. Types of one name are equal. */
export class TypeValue extends CelObject {
  readonly typeName = 'type';
  constructor(readonly name: string) {
    super();
  }
}

export class OptionalValue extends CelObject {
  static readonly none = new OptionalValue(undefined);
  readonly typeName = 'optional_type';
  constructor(readonly value: Value | undefined) {
    super();
  }
}

/** A value that only functions look into. */
export abstract class OpaqueValue extends CelObject {
  /** By which costs go. */
  get size(): number {
    return 1;
  }

  /** Whether two values of this class are equal. */
  abstract equals(other: OpaqueValue): boolean;
}

export abstract class ListValue extends CelObject {
  readonly typeName = 'list';
  abstract readonly size: number;
  /** The element at a place that exists. */
  abstract get(index: number): Value;
  /** How lists of the host compare and add up. */
  readonly hostType: Type | undefined = undefined;

  *[Symbol.iterator](): Iterator<Value> {
    for (let index = 0; index < this.size; index++) yield this.get(index);
  }
}

/** Maps, and objects of the host: what has members by name. */
export abstract class MapValue extends CelObject {
  abstract readonly size: number;
  /** The value of a key; undefined where there is none. */
  abstract get(key: Value): Value | undefined;
  abstract has(key: Value): boolean;
  abstract keys(): readonly Value[];
}

const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;
const leastSafe = BigInt(Number.MIN_SAFE_INTEGER);
const greatestSafe = BigInt(Number.MAX_SAFE_INTEGER);
const greatestUint = 2n ** 64n - 1n;

/** A bigint in the form that ints have. It must fit 64 bits. */
export const toInt = (value: bigint): Int => (value >= leastSafe && value <= greatestSafe ? Number(value) : value);

export const fitsInt = (value: bigint): boolean => value >= least && value <= greatest;
export const fitsUint = (value: bigint): boolean => value >= 0n && value <= greatestUint;
export const isInt = (value: Value): value is Int => typeof value === 'number' || typeof value === 'bigint';
