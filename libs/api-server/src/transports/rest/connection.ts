import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A request of HTTP that may be answered by a response, or by taking over the connection. */
export interface HttpConnection {
  readonly request: IncomingMessage;
  /** For a plain request. */
  readonly response?: ServerResponse;
  /** For an upgrade: the connection, and what came after the request's head. */
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
}

/** Where a request is answered in plain HTTP; on a connection that could be upgraded, the answer is its last. */
export function plainResponse({ request, response, upgrade }: HttpConnection): ServerResponse {
  if (response) return response;
  const last = new ServerResponse(request);
  last.shouldKeepAlive = false;
  // The connection of a server over TLS is a socket, though Node.js promises only a stream.
  if (upgrade) last.assignSocket(upgrade.socket as Socket);
  last.on('finish', () => upgrade?.socket.end());
  return last;
}
