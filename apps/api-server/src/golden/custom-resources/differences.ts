import type { Difference } from '../differences/difference';

/** Where the answer about custom resources is right though it is not the recorded one, and why. */
export const differences: readonly Difference[] = [];
