import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Span } from '@opentelemetry/api';
import { PatchError, timeout, type StatusError } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import { ImpersonationError } from '../auth/authentication/impersonation';
import { escapeHtml } from '../auth/authorization/attributes';
import { sendError, sendText } from '../transports/rest/answers';
import { leaveBody } from '../transports/rest/body';
import type { Attendance } from './attendance';
import type { Departure } from '../request/departure';
import type { ConnectHandler } from '../subresources/handlers';
import type { ResourceRequestInfo } from '../request/request-info';
import type { UserInfo } from '../auth/user';
import type { RequestTarget } from '../transports/rest/request-target';

/** A request, and how it can be answered: by a response, or by taking over the connection. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly target: RequestTarget;
  readonly response?: ServerResponse;
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
  readonly departure: Departure;
  readonly span: Span;
  readonly attendance: Attendance;
  /** The served resource that it is about, once that is known. */
  info?: ResourceRequestInfo;
}

/** Answers a request that took too long, in upstream's words; whatever waits for its client or for its body ends. */
export function expire(exchange: Exchange, clock: Clock): void {
  answerFailure(exchange, timeout('request did not complete within the allotted timeout'));
  if (exchange.response) leaveBody(exchange.request, exchange.response, clock);
  exchange.departure.leave('the time for the request is over');
}

/** Whether an error that upstream calls the server's is brought about by what its client sent. */
export const isClientsFault = ({ cause }: StatusError): boolean =>
  cause instanceof ImpersonationError || cause instanceof PatchError;

/** Answers with a Status, or breaks off what has begun already. */
export function answerFailure({ request, response, upgrade }: Exchange, failure: StatusError): void {
  const { cause } = failure;
  if (response && !response.headersSent && cause instanceof ImpersonationError) {
    const text = `Internal Server Error: ${JSON.stringify(request.url)}: ${cause.message}`;
    sendText(response, failure.code, `${escapeHtml(text)}\n`);
  } else if (response && !response.headersSent) sendError(response, failure);
  else if (response) response.destroy();
  else if (upgrade?.socket.writable) {
    const body = JSON.stringify(failure.toStatus());
    upgrade.socket.end(
      `HTTP/1.1 ${failure.code} ${failure.reason || 'Error'}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
}

/** Where a request is answered in plain HTTP; on a connection that could be upgraded, the answer is its last. */
export function plainResponse({ request, response, upgrade }: Exchange): ServerResponse {
  if (response) return response;
  const last = new ServerResponse(request);
  last.shouldKeepAlive = false;
  // The connection of a server over TLS is a socket, though Node.js promises only a stream.
  if (upgrade) last.assignSocket(upgrade.socket as Socket);
  last.on('finish', () => upgrade?.socket.end());
  return last;
}

/** What a subresource that takes over the connection is given. */
export function connection(
  exchange: Exchange,
  info: ResourceRequestInfo,
  user: UserInfo,
): Parameters<ConnectHandler['handle']>[0] {
  const { request, response, upgrade, target } = exchange;
  const { namespace, name, subresource, rest } = info;
  return {
    user,
    namespace,
    name,
    subresource,
    rest,
    query: target.query,
    request,
    ...(response ? { response } : {}),
    ...(upgrade ? { upgrade } : {}),
  };
}
