import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** Headers that are about one connection alone. */
export const hopByHopHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whose permission to read an answer it is, the proxied server cannot know. */
const crossOrigin = new Set([
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
]);

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) => value !== undefined && !name.startsWith(':') && !hopByHopHeaders.has(name) && !named.has(name),
    ),
  );
}

/** What the proxied server gets to see: not who the user is to the API server. */
export function requestHeaders(request: IncomingMessage, host: string, forwardedUri: string): OutgoingHttpHeaders {
  const headers = Object.fromEntries(
    Object.entries(endToEnd(request.headers)).filter(
      ([name]) => name !== 'authorization' && !name.startsWith('impersonate-'),
    ),
  );
  // A browser's WebSocket carries its token as a protocol.
  const protocols = headers['sec-websocket-protocol'];
  if (typeof protocols === 'string')
    headers['sec-websocket-protocol'] = protocols
      .split(',')
      .filter((protocol) => !protocol.trim().startsWith('base64url.bearer.authorization.k8s.io.'))
      .join(',');
  const { remoteAddress } = request.socket;
  const before = headers['x-forwarded-for'];
  const path = [...(before ? [String(before)] : []), ...(remoteAddress ? [remoteAddress] : [])];
  return {
    ...headers,
    host,
    'x-forwarded-uri': forwardedUri,
    ...(path.length ? { 'x-forwarded-for': path.join(', ') } : {}),
  };
}

/** What the user gets to see of the answer. */
export function responseHeaders(answer: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(endToEnd(answer.headers)).filter(([name]) => !crossOrigin.has(name)));
}
