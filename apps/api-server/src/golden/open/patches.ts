/** Open interactions of patches, subresources, access and reviews. */
export const openPatches: readonly (readonly [scenario: string, steps: readonly number[]])[] = [
  ['taints do not merge', [2]],
  ['a pod forbids most patches', [8]],
];
