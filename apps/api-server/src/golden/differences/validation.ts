import type { Difference } from './difference';

/** What is valid otherwise, and in which words. */
export const validationDifferences: readonly Difference[] = [];
