import type { Failure } from './failure';

/**
 * Holds a value to something, and adds what is wrong with it.
 * @param old what the value was before, to let pass what did not change; `unknownBefore` where that is not known.
 * @returns how many keywords were looked at, by which the best of several schemas is chosen.
 */
export type Check = (value: unknown, found: Failure[], old: unknown) => number;

/** Stands for a value of which nothing is known that could be compared. */
export const unknownBefore: unique symbol = Symbol('unknown before');
