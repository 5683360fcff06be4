import { canonicalQuantity, quantityToNano } from '@skiff/apimachinery';

/** What is seen at a glance to be whole, as most amounts are. */
const plainlyWhole = /^\d+(?:[kMGTPE]|[KMGTPE]i)?$/;

const isWhole = (amount: string): boolean =>
  plainlyWhole.test(amount) || quantityToNano(amount) % 1_000_000_000n === 0n;

/** Half a byte cannot be had. */
export function warningsForBytes(amount: string | undefined, path: () => string): string[] {
  if (amount === undefined || isWhole(amount)) return none;
  return [
    `${path()}: fractional byte value ${JSON.stringify(canonicalQuantity(amount))} is invalid, must be an integer`,
  ];
}

const none: string[] = [];
