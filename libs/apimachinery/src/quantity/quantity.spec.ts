import fc from 'fast-check';
import {
  canonicalQuantity,
  compareQuantities,
  quantityFromNano,
  quantityToMilli,
  quantityToNano,
  quantityToNumber,
} from './quantity';

const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'E-2');
const quantity = fc
  .tuple(fc.constantFrom('', '-', '+'), fc.nat(1_000_000), fc.option(fc.nat(999)), suffix)
  .map(([sign, whole, part, end]) => `${sign}${whole}${part === null ? '' : `.${part}`}${end}`);

describe('A quantity', () => {
  it.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Ki', '1Mi'],
    ['1.5Gi', '1536Mi'],
    ['1023', '1023'],
    ['100000', '100k'],
    ['1e3', '1e3'],
    ['0.0000000001', '1n'],
    ['-2000', '-2k'],
    ['0Gi', '0'],
  ])('%s is written %s', (text, canonical) => expect(canonicalQuantity(text)).toBe(canonical));

  it.each(['', 'lots', '1.2.3', '1 Gi', 'Gi', '1gi', '--1'])('is not %p', (text) =>
    expect(() => canonicalQuantity(text)).toThrow('quantities must match the regular expression'),
  );

  it.each(['1e', '1mm', '1Kim', '1+5'])('has no such suffix: %s', (text) =>
    expect(() => canonicalQuantity(text)).toThrow("unable to parse quantity's suffix"),
  );

  it.each([
    ['1e-99999999', '1e-9'],
    ['-1e-999999999999999999999', '-1e-9'],
    ['0e999999999', '0'],
    [`0.${'0'.repeat(1_000_000)}1`, '1n'],
    [`${'0'.repeat(1_000_000)}1`, '1'],
    [`1.${'0'.repeat(1_000_000)}1`, '1000000001n'],
    [`1.5${'0'.repeat(1_000_000)}Gi`, '1536Mi'],
    ['1e30', '1e30'],
    ['16Ei', '9223372036854775807'],
    [`-${'9'.repeat(1_000_000)}Ki`, '-9223372036854775807'],
  ])('is rounded or capped without being computed: %#', (text, canonical) =>
    expect(canonicalQuantity(text)).toBe(canonical),
  );

  it.each([
    ['1e999999999', "unable to parse quantity's suffix"],
    ['-0.1e99999999999999999999', "unable to parse quantity's suffix"],
    ['9'.repeat(1_000_000), 'unable to parse numeric part of quantity'],
    [`${'9'.repeat(1_000_000)}x`, 'quantities must match the regular expression'],
    [`${'1'.repeat(1_000_000)}e${'1'.repeat(1_000_000)}x`, 'quantities must match the regular expression'],
  ])('is refused when it is too large to compute with: %#', (text, why) => {
    for (const read of [canonicalQuantity, quantityToNano, quantityToNumber, quantityToMilli])
      expect(() => read(text)).toThrow(why);
  });

  it('is rounded up to whole units and thousandths', () => {
    expect([quantityToNumber('1500m'), quantityToNumber('-1500m')]).toEqual([2, -1]);
    expect([quantityToMilli('1u'), quantityToMilli('1')]).toEqual([1, 1000]);
  });

  it('keeps its amount when it is written anew, and stays as it is then', () => {
    fc.assert(
      fc.property(quantity, (text) => {
        const canonical = canonicalQuantity(text);
        expect(compareQuantities(canonical, text)).toBe(0);
        expect(canonicalQuantity(canonical)).toBe(canonical);
      }),
    );
  });

  it('is ordered as its amounts are', () => {
    fc.assert(
      fc.property(quantity, quantity, (one, other) => {
        const [a, b] = [quantityToNano(one), quantityToNano(other)];
        expect(compareQuantities(one, other)).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('comes back from its amount in its own family of suffixes', () => {
    expect(quantityFromNano(quantityToNano('2048Mi'), '1Ki')).toBe('2Gi');
    expect(quantityFromNano(quantityToNano('1500m'), '0', '1k')).toBe('1500m');
    fc.assert(
      fc.property(quantity, (text) => {
        expect(quantityFromNano(quantityToNano(text), text)).toBe(canonicalQuantity(text));
      }),
    );
  });
});
