/** Recorded scenarios of conversion that the server does not answer as upstream yet, with what is missing. */
export const pending: ReadonlyMap<string, string> = new Map([
  [
    'applying in two versions',
    'fields that one version calls otherwise are not followed into the other, so owners of both are kept',
  ],
]);
