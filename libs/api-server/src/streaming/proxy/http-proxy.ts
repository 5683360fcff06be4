import { request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Duplex, Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { createDeflate, createGunzip, createGzip, createInflate } from 'node:zlib';
import { StatusError } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import type { ConnectRequest } from '../../request/handlers';
import { carryUpgrade, type UpgradeAnswer } from './carry-upgrade';
import { requestHeaders, responseHeaders } from './headers';
import { htmlRewriter, urlRewriter, type RewriteUrl } from './rewrite';
import type { ProxyTarget } from './target';

/** The parts of a proxy's path: `/api/v1/…/proxy`, and what the proxied server sees, with its slash. */
export function splitProxyPath({ request, options, sent }: Pick<ConnectRequest, 'request' | 'options' | 'sent'>): {
  readonly prefix: string;
  readonly rest: string;
  readonly search: string;
} {
  const [, prefix = '', asked = '', search = ''] =
    /^(\/api\/v1\/(?:namespaces\/[^/]+\/(?:pods|services)|nodes)\/[^/]+\/proxy)(\/[^?]*)?(\?.*)?$/.exec(
      request.url ?? '',
    ) ?? [];
  // Nobody but who changes a path has to spell it again.
  const [path, sentPath] = [options, sent].map((of) => (of as corev1.PodProxyOptions | undefined)?.path ?? '');
  const rest = path === sentPath ? asked : encodeURI(path ?? '');
  return { prefix, rest, search };
}

/**
 * Sends a request on to what it is meant for, and the answer back: with upgrades, and with the URLs
 * in redirections and HTML turned to ones that go through the proxy. Resolves when it is over.
 * Throws ServiceUnavailable when the target does not answer.
 */
export async function proxyRequest(connect: ConnectRequest, target: ProxyTarget): Promise<void> {
  const { request, response, upgrade } = connect;
  const { prefix, rest, search } = splitProxyPath(connect);
  if (response && rest === '' && (request.method === 'GET' || request.method === 'HEAD')) {
    // Relative links of what is at the root would miss the prefix otherwise.
    response.writeHead(301, { location: `${prefix}/${search}` }).end();
    return;
  }
  const socket = await target.open();
  const headers = requestHeaders(request, target.host, `${prefix}${rest}`);
  const outgoing = httpRequest({
    method: request.method,
    path: `${rest || '/'}${search}`,
    headers: upgrade ? { ...headers, connection: 'Upgrade', upgrade: request.headers.upgrade } : headers,
    createConnection: () =>
      // Upstream does not verify who answers either: pods have no names that a certificate could hold.
      target.scheme === 'https'
        ? connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
        : socket,
  });
  const leave = (): void => void outgoing.destroy();
  (response ?? upgrade?.socket)?.on('close', leave);
  try {
    if (response)
      await answer(request, outgoing, response, { host: target.host, rewrite: urlRewriter(prefix, target.host) });
    else if (upgrade) {
      outgoing.end();
      await carryUpgrade(await reach(outgoing, target.host), upgrade);
    }
  } finally {
    outgoing.destroy();
    socket.destroy();
  }
}

/** The answer to a request; rejects with ServiceUnavailable when there is none. */
function reach(outgoing: ClientRequest, host: string): Promise<UpgradeAnswer> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', (message) => resolve({ message }));
    outgoing.on('upgrade', (message, socket, head) => resolve({ message, socket, head }));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ECONNREFUSED' ? `dial tcp ${host}: connect: connection refused` : error.message;
      reject(new StatusError(503, 'ServiceUnavailable', `error trying to reach service: ${why}`));
    });
  });
}

async function answer(
  request: IncomingMessage,
  outgoing: ClientRequest,
  response: ServerResponse,
  { host, rewrite }: { readonly host: string; readonly rewrite: RewriteUrl },
): Promise<void> {
  const reached = reach(outgoing, host);
  request.pipe(outgoing);
  const { message } = await reached;
  const headers = responseHeaders(message);
  if (typeof headers['location'] === 'string') headers['location'] = rewrite(headers['location']);
  const filters = htmlFilters(message, rewrite);
  if (filters.length) delete headers['content-length'];
  response.writeHead(message.statusCode ?? 502, headers);
  response.flushHeaders();
  try {
    await pipeline([message as Readable, ...filters, response]);
  } catch {
    // Nothing can be said any more but that the answer is not whole.
    response.destroy();
  }
}

/** What a body of HTML goes through; nothing for others, and for redirections, which upstream leaves alone. */
function htmlFilters(message: IncomingMessage, rewrite: RewriteUrl): Duplex[] {
  const { location, 'content-type': type = '', 'content-encoding': encoding = '' } = message.headers;
  if (location || type.split(';')[0]?.trim() !== 'text/html') return [];
  switch (encoding) {
    case '':
      return [htmlRewriter(rewrite)];
    case 'gzip':
      return [createGunzip(), htmlRewriter(rewrite), createGzip()];
    case 'deflate':
      return [createInflate(), htmlRewriter(rewrite), createDeflate()];
    default:
      return [];
  }
}
