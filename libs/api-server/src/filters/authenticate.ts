import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Authenticator, Credentials } from '../auth/authentication/authenticator';
import { connectionUser } from '../auth/authentication/client-certificate';
import { unauthorized } from '../auth/authentication/errors';
import type { RequestHeaderAuthenticator } from '../auth/authentication/request-header';
import type { UserInfo } from '../auth/user';
import type { Filter } from '../request/chain';
import type { AccessMetrics } from './access-metrics';

/**
 * Finds out who makes a request, by its certificate or token. Throws Unauthorized.
 * @param proxies those that ask for others; absent: there are none.
 */
export const authenticate =
  (authenticator: Authenticator, access: AccessMetrics, proxies?: RequestHeaderAuthenticator): Filter =>
  (next) =>
  (request) => {
    const { message, path } = request;
    if (!message) throw unauthorized(new Error('what comes from within has a user'));
    const known = (user: UserInfo): ReturnType<typeof next> => {
      access.authenticated(request, true);
      request.user = user;
      return next(request);
    };
    const unknown = (error: unknown): never => {
      access.authenticated(request, false);
      throw error;
    };
    let user: UserInfo | Promise<UserInfo>;
    try {
      user = authenticator.authenticate(credentialsOf(message, proxies), path);
    } catch (error) {
      return unknown(error);
    }
    return user instanceof Promise ? user.then(known, unknown) : known(user);
  };

type Message = IncomingMessage | Http2ServerRequest;

/** A request over HTTP/2 hides its socket behind a proxy that still knows the certificate. */
const socketOf = (message: Message): TLSSocket =>
  (message as IncomingMessage & { stream?: { session?: { socket?: TLSSocket } } }).stream?.session?.socket ??
  (message.socket as TLSSocket);

/** Whether a client shows a certificate, good or not. */
export const showsCertificate = (message: Message): boolean =>
  Object.keys(socketOf(message).getPeerCertificate() ?? {}).length > 0;

function credentialsOf(message: Message, proxies?: RequestHeaderAuthenticator): Credentials {
  const socket = socketOf(message);
  return {
    certificateUser:
      proxies?.userOf(message, socket) ?? (proxies?.isProxyOnly(socket) ? undefined : connectionUser(socket)),
    authorization: header(message, 'authorization'),
    webSocketProtocols: header(message, 'sec-websocket-protocol'),
  };
}

function header({ headers }: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
