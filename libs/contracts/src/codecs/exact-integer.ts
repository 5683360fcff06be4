const exactly = Symbol('exactly');

/**
 * A whole number that a `number` would round. It stands where a number does: arithmetic and comparisons
 * of size see the nearest number, its text is exact, and equal ones are one object, so that `===` holds.
 */
export class ExactInteger extends Number {
  /** Enumerable, as whoever compares values deeply must see it. */
  readonly [exactly]: bigint;

  private constructor(value: bigint) {
    super(value);
    this[exactly] = value;
  }

  /** The value itself. */
  get exact(): bigint {
    return this[exactly];
  }

  /** Whether it is one of 64 bits. */
  get isInt64(): boolean {
    return BigInt.asIntN(64, this.exact) === this.exact;
  }

  override toString(): string {
    return this.exact.toString();
  }

  /** JSON.stringify rounds it; writeJson does not. */
  toJSON(): number {
    written += 1;
    return this.valueOf();
  }

  static of(value: bigint): ExactInteger {
    const known = all.get(value)?.deref();
    if (known) return known;
    const made = Object.freeze(new ExactInteger(value));
    all.set(value, new WeakRef(made));
    forgotten.register(made, value);
    return made;
  }
}

let written = 0;

/** How many of them JSON.stringify has rounded until now. */
export const roundedIntegers = (): number => written;

const all = new Map<bigint, WeakRef<ExactInteger>>();
const forgotten = new FinalizationRegistry<bigint>((value) => {
  if (all.get(value)?.deref() === undefined) all.delete(value);
});

/** A whole number: a plain one where that is exact. Typed as one in any case, as which an ExactInteger serves. */
export function integerOf(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : (ExactInteger.of(value) as unknown as number);
}

/** Whether a value of JSON is a number, plain or not. */
export const isNumber = (value: unknown): value is number => typeof value === 'number' || value instanceof Number;
