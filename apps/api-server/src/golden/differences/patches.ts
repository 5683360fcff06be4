import type { Difference } from './difference';

/** What patches, subresources, access and reviews answer otherwise. */
export const patchDifferences: readonly Difference[] = [];
