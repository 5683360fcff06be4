import { readFlag } from './query';

/** What a request is about, as its method and path say. */
export type RequestInfo =
  ResourceRequestInfo | { readonly resourceRequest: false; readonly path: string; readonly verb: string };

export interface ResourceRequestInfo {
  readonly resourceRequest: true;
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource, with its slash. */
  readonly rest: string;
  /** What a list or watch is limited to. */
  readonly fieldSelector?: string | undefined;
}

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
  GET: 'get',
  HEAD: 'get',
};

/** Paths begin with it, so that they are read by knowing this one resource. */
const namespaces = 'namespaces';

/** The namespace that a request is about: a namespace is about itself, as its path says. */
export const namespaceOf = (resource: string, namespace: string, name: string): string =>
  resource === namespaces ? name : namespace;

/** The namespace that an object lies in: a namespace lies in none. */
export const namespaceAround = ({ resource, namespace }: ResourceRequestInfo): string =>
  resource === namespaces ? '' : namespace;

/**
 * Reads method, path and query.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go.
 */
export function readRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const parts = path.split('/').filter((segment) => segment !== '');
  const segments = path.includes('%') ? parts.map(decode) : parts;
  const other: RequestInfo = { resourceRequest: false, path, verb: method.toLowerCase() };
  let group = '';
  let version: string | undefined;
  let rest: string[];
  if (segments[0] === 'api') {
    version = segments[1];
    rest = segments.slice(2);
  } else if (segments[0] === 'apis') {
    group = segments[1] ?? '';
    version = segments[2];
    rest = segments.slice(3);
  } else return other;
  if (version === undefined || rest.length === 0) return other;
  return resourceInfo(method, group, version, rest, query);
}

function resourceInfo(
  method: string,
  group: string,
  version: string,
  segments: string[],
  query: URLSearchParams,
): ResourceRequestInfo {
  // The old way to ask for a watch: /api/v1/watch/pods, or /api/v1/watch/pods/NAME.
  const forceWatch = segments[0] === 'watch' && segments.length > 1;
  let rest = forceWatch ? segments.slice(1) : segments;
  let namespace = '';
  // /namespaces/<name>/<resource> is about the resource, /namespaces/<name>[/status|/finalize] about the namespace.
  if (rest[0] === namespaces && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize') {
    namespace = rest[1] ?? '';
    rest = rest.slice(2);
  } else if (rest[0] === namespaces && rest.length > 1) namespace = rest[1] ?? '';
  const [resource = '', name = '', subresource = '', ...after] = rest;
  // As upstream: whatever the method, there is nothing but a watch below such a path.
  const verb = forceWatch ? 'watch' : verbOf(method, name, query);
  return {
    resourceRequest: true,
    verb,
    group,
    version,
    namespace,
    resource,
    name,
    subresource,
    rest: after.length ? `/${after.join('/')}` : '',
    fieldSelector: query.get('fieldSelector') ?? undefined,
  };
}

function verbOf(method: string, name: string, query: URLSearchParams): string {
  const verb = verbs[method] ?? method.toLowerCase();
  // Who names an object gets that object, whatever the query says of a watch.
  if (verb === 'get' && name === '') return readFlag(query, 'watch') ? 'watch' : 'list';
  if (verb === 'delete' && name === '') return 'deletecollection';
  return verb;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign stands for itself.
    return segment;
  }
}
