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

/** A version 4 UUID. */
export function randomUuid(random: Random, purpose?: string): string {
  const word = (): string =>
    Math.floor(random(purpose) * steps)
      .toString(16)
      .padStart(8, '0');
  const digits = `${word()}${word()}${word()}${word()}`;
  const variant = '89ab'.charAt(Number.parseInt(digits.charAt(16), 16) % 4);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join('-');
}
