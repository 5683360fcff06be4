/** The whole number of 64 bits that a text is; undefined for what is none. Upstream: strconv.ParseInt of base 10. */
export function parseInt64(text: string): bigint | undefined {
  // No number of 64 bits has more digits, zeros before it aside.
  if (!/^[+-]?\d+$/.test(text) || text.replace(/^[+-]?0*/, '').length > 19) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** The next number, which after the greatest one of 64 bits is the least, as in Go. */
export const nextInt64 = (value: bigint): bigint => BigInt.asIntN(64, value + 1n);
