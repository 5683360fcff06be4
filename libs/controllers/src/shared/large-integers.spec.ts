import { integerOf } from '@skiff/contracts';
import { safeHash, stableStringify } from './hash';
import { semanticEqual } from './semantic-equal';

const [one, other] = [integerOf(9007199254740993n), integerOf(9007199254740992n)];

describe('An integer that a number does not hold', () => {
  it('is equal to itself alone, and is not absent', () => {
    expect(semanticEqual({ a: one }, { a: one })).toBe(true);
    expect(semanticEqual({ a: one }, { a: other })).toBe(false);
    expect(semanticEqual({ a: one }, {})).toBe(false);
    expect(semanticEqual({ a: {} }, { a: one })).toBe(false);
  });

  it('is hashed with all its digits', () => {
    expect(stableStringify({ a: [one] })).toBe('{"a":[9007199254740993]}');
    expect(safeHash({ a: one })).not.toBe(safeHash({ a: other }));
  });
});
