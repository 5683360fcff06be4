const apply = 'server-side apply is not served yet';
const customResources = 'custom resources are not served yet';

/** Recorded scenarios that the server does not answer as upstream yet, with what is missing. */
export const pending: ReadonlyMap<string, string> = new Map([
  ['apply creates, owns, conflicts, forces, gives up', apply],
  ['apply needs a manager', apply],
  ['apply merges containers by name', apply],
  ['a custom resource: defaults, pruning, validation, status, scale', customResources],
  ['a custom resource name must match', customResources],
]);
