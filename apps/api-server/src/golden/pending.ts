const customResources = 'custom resources are not served yet';

/** Recorded scenarios that the server does not answer as upstream yet, with what is missing. */
export const pending: ReadonlyMap<string, string> = new Map([
  ['a custom resource: defaults, pruning, validation, status, scale', customResources],
]);
