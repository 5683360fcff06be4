import { ExactInteger, integerOf } from './exact-integer';

/** Base64 text of bytes, as JSON carries them. */
export function base64FromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export function bytesFromBase64(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

/** Sets an own property, also for the key `__proto__`, which plain assignment would lose. */
export function setEntry<V>(map: { [key: string]: V }, key: string, value: V): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

/** An int64 as the reader has it: an ExactInteger where a number would round it. */
export function toNumber(value: bigint | string): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : integerOf(BigInt(value));
}

const maxInt64 = 2n ** 63n - 1n;

/** A number as the nearest int64, in the form that the writer takes. */
export function toInt64(value: unknown): number | string {
  if (Number.isSafeInteger(value)) return value as number;
  const exact = value instanceof ExactInteger ? value.exact : BigInt(Math.trunc(Number(value)));
  return (exact > maxInt64 ? maxInt64 : exact < -maxInt64 - 1n ? -maxInt64 - 1n : exact).toString();
}
