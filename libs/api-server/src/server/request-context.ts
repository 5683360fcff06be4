import type { TLSSocket } from 'node:tls';
import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { connectionUser } from '../auth/authentication/client-certificate';
import type { Authenticator, Credentials } from '../auth/authentication/authenticator';
import { impersonate } from '../auth/authentication/impersonation';
import type { Authorizer } from '../auth/authorization/attributes';
import type { UserInfo } from '../auth/user';
import type { AccessMetrics } from '../filters/access-metrics';

/** Who lets requests in. */
export interface Doorkeepers {
  readonly authenticator: Authenticator;
  /** Says who may act as somebody else. */
  readonly authorizer: Authorizer;
  readonly access: AccessMetrics;
}

/** Who makes a request: by certificate or token, or whoever they may act as. */
export async function requestUser(
  request: IncomingMessage | Http2ServerRequest,
  path: string,
  { authenticator, authorizer, access }: Doorkeepers,
): Promise<UserInfo> {
  const began = access.now();
  let user: UserInfo | undefined;
  try {
    user = await authenticator.authenticate(credentialsOf(request), path);
  } finally {
    access.authenticated(began, user !== undefined);
  }
  return impersonate(user, (name) => values(request, name), Object.keys(request.headers), authorizer);
}

function credentialsOf(request: IncomingMessage | Http2ServerRequest): Credentials {
  // A request over HTTP/2 hides its socket behind a proxy that still knows the certificate.
  const socket =
    (request as IncomingMessage & { stream?: { session?: { socket?: TLSSocket } } }).stream?.session?.socket ??
    (request.socket as TLSSocket);
  return {
    certificateUser: connectionUser(socket),
    authorization: header(request, 'authorization'),
    webSocketProtocols: header(request, 'sec-websocket-protocol'),
  };
}

function header(request: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function values(request: Pick<IncomingMessage, 'headers' | 'rawHeaders'>, name: string): string[] {
  const value = request.headers[name];
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  // Repeated headers arrive joined; the raw ones tell them apart.
  const raw = request.rawHeaders;
  const found: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    if (raw[index]?.toLowerCase() === name) found.push(raw[index + 1] ?? '');
  return found.length ? found : [value];
}
