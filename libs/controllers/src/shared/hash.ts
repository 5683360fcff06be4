import { isNumber, writeJson } from '@skiff/contracts';
/** What upstream lets generated name parts consist of: no vowels, no look-alikes. */
export const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** JSON with sorted keys and without absent or null members, so that equal values give equal text. */
export function stableStringify(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableStringify).join(',')}]`;
  if (typeof value !== 'object' || value === null || isNumber(value)) return writeJson(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${stableStringify(member)}`);
  return `{${members.join(',')}}`;
}

function fnv32a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/**
 * A ten-character hash of a value for names and labels, such as pod-template-hash:
 * FNV-32a, its decimal digits mapped into the name alphabet (rand.SafeEncodeString).
 * `collisions` yields another hash when a name is taken.
 */
export function safeHash(value: unknown, collisions?: number): string {
  const text = stableStringify(value) + (collisions === undefined ? '' : `#${collisions}`);
  const digits = String(fnv32a(new TextEncoder().encode(text))).padStart(10, '0');
  return [...digits].map((digit) => nameAlphabet[digit.charCodeAt(0) % nameAlphabet.length]).join('');
}
