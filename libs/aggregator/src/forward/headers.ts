import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { hopByHopHeaders } from '@skiff/api-server/aggregation';
import { forwardedUri } from './target';

/** Who makes a request, as another API server is told. */
export interface ForwardedUser {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

type HeaderLists = Map<string, string[]>;

/** Headers with all their values, by lower-case name. */
function listsOf(rawHeaders: readonly string[]): HeaderLists {
  const lists: HeaderLists = new Map();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const known = lists.get(name);
    if (known) known.push(value);
    else lists.set(name, [value]);
  }
  return lists;
}

/** Without what is about one connection alone. */
function endToEnd(lists: HeaderLists): HeaderLists {
  const named = new Set(
    (lists.get('connection') ?? [])
      .join(',')
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  );
  return new Map(
    [...lists].filter(([name]) => !name.startsWith(':') && !hopByHopHeaders.has(name) && !named.has(name)),
  );
}

/** What says who somebody is to this server, or would tell the other one who it is in this server's place. */
const isAboutUser = (name: string): boolean =>
  ['authorization', 'x-remote-user', 'x-remote-uid', 'x-remote-group', 'expect'].includes(name) ||
  name.startsWith('x-remote-extra-') ||
  name.startsWith('impersonate-');

/** A browser's WebSocket carries its token as a protocol. */
const withoutTokens = (protocols: readonly string[]): string[] =>
  protocols
    .flatMap((value) => value.split(','))
    .map((protocol) => protocol.trim())
    .filter((protocol) => !protocol.startsWith('base64url.bearer.authorization.k8s.io.'));

/**
 * Tells who makes a request.
 * Upstream: SetAuthProxyHeaders in staging/src/k8s.io/client-go/transport/round_trippers.go.
 */
export function userHeaders({ name, uid, groups, extra }: ForwardedUser): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { 'X-Remote-User': written(name) };
  if (uid) headers['X-Remote-Uid'] = written(uid);
  if (groups.length) headers['X-Remote-Group'] = groups.map(written);
  for (const [key, values] of Object.entries(extra))
    if (values.length) headers[`X-Remote-Extra-${escapeKey(key)}`] = values.map(written);
  return headers;
}

/** Node.js writes one byte for each character, and Go a blank for a line's end. */
const written = (text: string): string => Buffer.from(text.replace(/[\r\n]/g, ' '), 'utf8').toString('latin1');

/** What may not be in a header's name is written as bytes in hexadecimal digits, and so is the percent sign. */
const escapeKey = (key: string): string =>
  [...Buffer.from(key, 'utf8')]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      return /[!#$&'*+\-.^_`|~0-9A-Za-z]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');

/** What the other server gets to see of a request's headers. */
export function requestHeaders(
  request: IncomingMessage,
  { host, path, user, auditId }: { host: string; path: string; user: ForwardedUser; auditId: string },
): OutgoingHttpHeaders {
  const lists = new Map([...endToEnd(listsOf(request.rawHeaders))].filter(([name]) => !isAboutUser(name)));
  const protocols = withoutTokens(lists.get('sec-websocket-protocol') ?? []);
  lists.delete('sec-websocket-protocol');
  const { remoteAddress } = request.socket;
  const way = [...(lists.get('x-forwarded-for') ?? []), ...(remoteAddress ? [remoteAddress] : [])];
  const headers: OutgoingHttpHeaders = Object.fromEntries([...lists].map(([name, values]) => [name, unlisted(values)]));
  if (protocols.length) headers['sec-websocket-protocol'] = protocols.join(', ');
  if (way.length) headers['x-forwarded-for'] = way.join(', ');
  headers['audit-id'] = auditId;
  return {
    ...headers,
    host,
    'x-forwarded-host': host,
    'x-forwarded-proto': 'https',
    'x-forwarded-uri': forwardedUri(path),
    ...userHeaders(user),
  };
}

const unlisted = (values: readonly string[]): string | string[] =>
  values.length === 1 ? (values[0] ?? '') : [...values];

/** What the user gets to see of the answer's. That the API's answers are not kept by others is said beside what the other server says. */
export function responseHeaders(answer: IncomingMessage): OutgoingHttpHeaders {
  const lists = endToEnd(listsOf(answer.rawHeaders));
  lists.set('cache-control', ['no-cache, private', ...(lists.get('cache-control') ?? [])]);
  return Object.fromEntries([...lists].map(([name, values]) => [name, unlisted(values)]));
}
