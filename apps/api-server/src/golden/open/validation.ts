/** Open interactions of what is valid. */
export const openValidation: readonly (readonly [scenario: string, steps: readonly number[]])[] = [
  ['mistakes in autoscalers', [11]],
];
