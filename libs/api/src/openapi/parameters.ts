type Type = 'string' | 'integer' | 'boolean';

/** What a list may be limited to, and how it is paged. */
const list: Readonly<Record<string, Type>> = {
  continue: 'string',
  fieldSelector: 'string',
  labelSelector: 'string',
  limit: 'integer',
  resourceVersion: 'string',
  resourceVersionMatch: 'string',
  sendInitialEvents: 'boolean',
  timeoutSeconds: 'integer',
};

const write: Readonly<Record<string, Type>> = {
  dryRun: 'string',
  fieldManager: 'string',
  fieldValidation: 'string',
};

const deletion: Readonly<Record<string, Type>> = {
  dryRun: 'string',
  gracePeriodSeconds: 'integer',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'boolean',
  orphanDependents: 'boolean',
  propagationPolicy: 'string',
};

/** The options that each action takes in its query, and their types. */
const ofAction: Readonly<Record<string, Readonly<Record<string, Type>>>> = {
  list: { allowWatchBookmarks: 'boolean', ...list, watch: 'boolean' },
  post: write,
  put: write,
  patch: write,
  delete: deletion,
  deletecollection: { ...list, ...deletion },
};

/** The options of an action in the order of their names. */
export const queryOptions = (action: string): readonly (readonly [string, Type])[] =>
  Object.entries(ofAction[action] ?? {}).sort(([a], [b]) => a.localeCompare(b));
