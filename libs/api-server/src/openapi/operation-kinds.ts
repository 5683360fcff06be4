/** What a method of a path does, apart from the kind that it is about. */
export interface OperationKind {
  /** What `x-kubernetes-action` says. */
  readonly action: string;
  /** The word that names of operations begin with. */
  readonly word: string;
  /** What the body is: an object of the kind, or something of meta.v1. Absent where there is none. */
  readonly takes?: 'object' | 'DeleteOptions' | 'Patch';
  /** What is answered: an object or list of the kind, the object that was deleted or a Status, something of meta.v1, or text. */
  readonly gives: 'object' | 'list' | 'deleted' | 'Status' | 'WatchEvent' | 'text';
  /** The codes under which it is answered. */
  readonly codes: readonly (keyof typeof codeTexts)[];
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** The kinds of options, of meta.v1, whose fields may stand in the query. */
  readonly options: readonly string[];
  /** Fields of these options that make no sense here. */
  readonly without?: readonly string[];
  /** Whether answers can be indented. */
  readonly pretty: boolean;
}

/** What the codes of answers mean. */
export const codeTexts = { 200: 'OK', 201: 'Created', 202: 'Accepted' } as const;

export const answerTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const streamTypes = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

/** The types among these that go for what has no message. */
export const withoutMessages = (types: readonly string[]): readonly string[] =>
  types.filter((type) => !type.includes('protobuf') && !type.includes('strategic'));

const ordinary = { consumes: ['*/*'], produces: answerTypes, options: [], pretty: true };
const watching = { ...ordinary, produces: [...answerTypes, ...streamTypes], options: ['ListOptions'] };

/**
 * Every kind of operation that a resource can have.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/installer.go.
 */
export const operationKinds = {
  get: { ...ordinary, action: 'get', word: 'read', gives: 'object', codes: [200] },
  list: { ...watching, action: 'list', word: 'list', gives: 'list', codes: [200] },
  watch: { ...watching, action: 'watch', word: 'watch', gives: 'WatchEvent', codes: [200] },
  watchlist: { ...watching, action: 'watchlist', word: 'watch', gives: 'WatchEvent', codes: [200] },
  post: {
    ...ordinary,
    ...{ action: 'post', word: 'create', takes: 'object', gives: 'object', codes: [200, 201, 202] },
    options: ['CreateOptions'],
  },
  put: {
    ...ordinary,
    ...{ action: 'put', word: 'replace', takes: 'object', gives: 'object', codes: [200, 201] },
    options: ['UpdateOptions'],
  },
  patch: {
    ...ordinary,
    ...{ action: 'patch', word: 'patch', takes: 'Patch', gives: 'object', codes: [200, 201] },
    consumes: patchTypes,
    options: ['PatchOptions'],
  },
  delete: {
    ...ordinary,
    ...{ action: 'delete', word: 'delete', takes: 'DeleteOptions', gives: 'deleted', codes: [200, 202] },
    options: ['DeleteOptions'],
  },
  deletecollection: {
    ...ordinary,
    ...{ action: 'deletecollection', word: 'delete', takes: 'DeleteOptions', gives: 'Status', codes: [200] },
    options: ['ListOptions', 'DeleteOptions'],
    without: ['watch', 'allowWatchBookmarks'],
  },
  connect: {
    ...ordinary,
    ...{ action: 'connect', word: 'connect', gives: 'text', codes: [200] },
    produces: ['*/*'],
    pretty: false,
  },
  log: {
    ...ordinary,
    ...{ action: 'get', word: 'read', gives: 'text', codes: [200] },
    produces: ['text/plain', ...answerTypes],
  },
} as const satisfies Readonly<Record<string, OperationKind>>;

export type OperationName = keyof typeof operationKinds;
