import { createHash, randomBytes } from 'node:crypto';

/**
 * A number from 0 to below 1. A source may keep a sequence of its own for each purpose, so that what one draws does
 * not depend on when others draw.
 */
export type Random = (purpose?: string) => number;

const steps = 2 ** 32;
const poolBytes = 4_096;

/** Truly random, and in no sequence. */
export const systemRandom: Random = ((): Random => {
  let pool = Buffer.alloc(0);
  let position = 0;
  return () => {
    if (position + 4 > pool.length) {
      pool = randomBytes(poolBytes);
      position = 0;
    }
    const value = pool.readUInt32LE(position) / steps;
    position += 4;
    return value;
  };
})();

/** The same numbers for the same seed and purpose, whatever is drawn for others between. For tests and simulations. */
export function seededRandom(seed: number): Random {
  const drawn = new Map<string, number>();
  return (purpose = '') => {
    const count = (drawn.get(purpose) ?? 0) + 1;
    drawn.set(purpose, count);
    return createHash('sha256').update(`${seed}/${count}/${purpose}`).digest().readUInt32LE() / steps;
  };
}

const hexadecimal = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** The digits of the upper and of the lower half of 32 bits. */
const upper = (word: number): string => `${hexadecimal[word >>> 24]}${hexadecimal[(word >>> 16) & 0xff]}`;
const lower = (word: number): string => `${hexadecimal[(word >>> 8) & 0xff]}${hexadecimal[word & 0xff]}`;

/** A version 4 UUID. */
export function randomUuid(random: Random, purpose?: string): string {
  const word = (): number => Math.floor(random(purpose) * steps);
  const [first, second, third, fourth] = [word(), word(), word(), word()];
  const versioned = (second & 0x0fff) | 0x4000;
  const variant = (third & 0x3fffffff) | 0x80000000;
  return `${upper(first)}${lower(first)}-${upper(second)}-${lower(versioned)}-${upper(variant)}-${lower(third)}${upper(fourth)}${lower(fourth)}`;
}
