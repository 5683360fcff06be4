import { canonicalQuantity, quantityToNano } from '@skiff/apimachinery';

/** Half a byte cannot be had. */
export function warningsForBytes(amount: string | undefined, path: string): string[] {
  if (amount === undefined || quantityToNano(amount) % 1_000_000_000n === 0n) return [];
  return [`${path}: fractional byte value ${JSON.stringify(canonicalQuantity(amount))} is invalid, must be an integer`];
}
