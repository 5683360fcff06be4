import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { request as send } from 'node:https';
import { pipeline } from 'node:stream/promises';
import {
  carryUpgrade,
  plainResponse,
  sendText,
  type DelegatedRequest,
  type ReachableEndpoint,
  type UpgradeAnswer,
} from '@skiff/api-server/aggregation';
import { goWords, systemError } from '@skiff/webhook-client';
import type { EndpointOptions, ServiceAgent, ServiceConnections } from '../connections';
import { requestHeaders, responseHeaders } from './headers';
import { sentTarget } from './target';

const redirected = 'the backend attempted to redirect this request, which is not permitted';

/** A request to another server did not bring an answer; the message is Go's. */
class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/**
 * Sends a request on to another API server, and its answer back, each as a stream. Resolves when that is over.
 * Upstream: staging/src/k8s.io/kube-aggregator/pkg/apiserver/handler_proxy.go.
 */
export async function forward(
  asked: DelegatedRequest,
  endpoint: ReachableEndpoint,
  connections: ServiceConnections,
): Promise<void> {
  const { response, upgrade } = asked;
  const begin = (agent: ServiceAgent): ClientRequest => beginRequest(asked, endpoint, agent);
  try {
    if (upgrade) await forwardUpgrade(begin(connections.fresh), asked, upgrade, endpoint.host);
    else if (response) await forwardPlain(begin, asked, response, { connections, host: endpoint.host });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const answer = plainResponse(asked);
    if (answer.headersSent) answer.destroy();
    else sendText(answer, 503, `${error.message}\n`);
  }
}

function beginRequest(
  { request, upgrade, user, auditId }: DelegatedRequest,
  endpoint: ReachableEndpoint,
  agent: ServiceAgent,
): ClientRequest {
  const { host } = endpoint;
  const { path, search } = sentTarget(request.url ?? '/');
  const given = requestHeaders(request, {
    host,
    path,
    user,
    auditId,
  });
  const headers: OutgoingHttpHeaders = upgrade
    ? { ...given, connection: 'Upgrade', upgrade: request.headers.upgrade }
    : { ...given, ...framing(request) };
  const [name = '', port = ''] = /^(.*):(\d+)$/.exec(host)?.slice(1) ?? [];
  const options: EndpointOptions = {
    endpoint,
    agent,
    host: name,
    port,
    method: request.method,
    path: path + search,
    headers,
  };
  try {
    return send(options);
  } catch (error) {
    // Node.js refuses what may not be in a header.
    throw new Unreachable(`error trying to reach service: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Node.js sends the body of some methods without any framing, unless it is told. */
const framing = (request: IncomingMessage): OutgoingHttpHeaders =>
  hasBody(request) && request.headers['content-length'] === undefined ? { 'transfer-encoding': 'chunked' } : {};

function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  if (headers['content-length'] !== undefined) return headers['content-length'] !== '0';
  if (request.httpVersionMajor > 1) return !(request as unknown as Http2ServerRequest).stream.endAfterHeaders;
  return headers['transfer-encoding'] !== undefined;
}

const isRepeatable = (request: IncomingMessage): boolean =>
  ['GET', 'HEAD', 'OPTIONS'].includes(request.method ?? '') && !hasBody(request);

async function forwardPlain(
  begin: (agent: ServiceAgent) => ClientRequest,
  { request }: DelegatedRequest,
  response: ServerResponse,
  { connections, host }: { readonly connections: ServiceConnections; readonly host: string },
): Promise<void> {
  let outgoing: ClientRequest | undefined;
  const leave = (): void => void outgoing?.destroy();
  response.once('close', leave);
  const ask = (agent: ServiceAgent): Promise<UpgradeAnswer> => {
    outgoing = begin(agent);
    const reached = answerTo(outgoing);
    if (hasBody(request)) sendBody(request, outgoing);
    else outgoing.end();
    return reached;
  };
  try {
    const { message } = isRepeatable(request)
      ? await ask(connections.kept).catch((error: unknown) => {
          if (!outgoing?.reusedSocket || systemError(error).code !== 'ECONNRESET' || response.destroyed) throw error;
          return ask(connections.fresh);
        })
      : await ask(connections.fresh);
    await sendBack(message, response);
  } catch (error) {
    if (!response.destroyed) throw unreachable(error, host);
  } finally {
    response.off('close', leave);
    outgoing?.destroy();
  }
}

/** What a body breaks off of is told by the request that it was for. */
function sendBody(request: IncomingMessage, outgoing: ClientRequest): void {
  pipeline(request, outgoing).catch((error: unknown) =>
    outgoing.destroy(error instanceof Error ? error : new Error(String(error))),
  );
}

/** Resolves with the head of the answer; rejects with an error of Node.js. */
function answerTo(outgoing: ClientRequest): Promise<UpgradeAnswer> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', (message) => resolve({ message }));
    outgoing.on('upgrade', (message, socket, head) => resolve({ message, socket, head }));
    outgoing.on('error', reject);
  });
}

const unreachable = (error: unknown, host: string): Unreachable =>
  error instanceof Unreachable ? error : new Unreachable(`error trying to reach service: ${goWords(error, host)}`);

async function sendBack(message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { statusCode = 502, headers } = message;
  if (statusCode >= 300 && statusCode < 400 && headers.location) {
    message.destroy();
    sendText(response, 502, redirected);
    return;
  }
  // Whoever finishes after the deadline of a request finds it answered.
  if (response.headersSent) return;
  response.writeHead(statusCode, responseHeaders(message));
  response.flushHeaders();
  try {
    await pipeline(message, response);
  } catch {
    // Nothing can be said any more but that the answer is not whole.
    response.destroy();
  }
}

async function forwardUpgrade(
  outgoing: ClientRequest,
  asked: DelegatedRequest,
  upgrade: NonNullable<DelegatedRequest['upgrade']>,
  host: string,
): Promise<void> {
  const leave = (): void => void outgoing.destroy();
  upgrade.socket.once('close', leave);
  try {
    outgoing.end();
    const answer = await answerTo(outgoing).catch((error: unknown) => {
      throw unreachable(error, host);
    });
    const { statusCode = 502 } = answer.message;
    // Upstream: tryUpgrade in staging/src/k8s.io/apimachinery/pkg/util/proxy/upgradeaware.go.
    if (!answer.socket && statusCode < 400)
      throw new Unreachable(`invalid upgrade response: status code ${statusCode}`);
    await carryUpgrade(answer, upgrade);
  } finally {
    upgrade.socket.off('close', leave);
    outgoing.destroy();
  }
}
