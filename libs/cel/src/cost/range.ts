/** From the least to the most, of costs or of sizes. Whole numbers; the greatest uint64 or more is Infinity. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

const tooMuch = 2 ** 64;
const bounded = (value: number): number => (value >= tooMuch ? Infinity : value);
/** Nothing of what is without a bound is nothing. */
const product = (one: number, other: number): number => (one === 0 || other === 0 ? 0 : bounded(one * other));

export const fixed = (value: number): Range => ({ min: value, max: value });
export const zero = fixed(0);
export const unknown: Range = { min: 0, max: Infinity };

export const add = (...ranges: readonly Range[]): Range =>
  ranges.reduce((sum, range) => ({ min: bounded(sum.min + range.min), max: bounded(sum.max + range.max) }), zero);

export const multiply = (one: Range, other: Range): Range => ({
  min: product(one.min, other.min),
  max: product(one.max, other.max),
});

/** Scaled, and rounded up. */
export const scale = (range: Range, factor: number): Range => ({
  min: Math.ceil(product(range.min, factor)),
  max: Math.ceil(product(range.max, factor)),
});

export const union = (one: Range, other: Range): Range => ({
  min: Math.min(one.min, other.min),
  max: Math.max(one.max, other.max),
});
