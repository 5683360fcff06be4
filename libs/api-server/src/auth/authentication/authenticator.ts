import { anonymousUser, authenticated, type UserInfo } from '../user';
import { unauthorized } from './errors';
import type { TokenAuthenticator } from './token-authenticator';

/** What a request shows to prove who makes it. */
export interface Credentials {
  /** From the connection's verified client certificate: see `connectionUser`. */
  readonly certificateUser?: UserInfo | undefined;
  /** The `Authorization` header (or gRPC metadata), whole. */
  readonly authorization?: string | undefined;
  /** The `Sec-WebSocket-Protocol` header, through which browsers send a token. */
  readonly webSocketProtocols?: string | undefined;
}

/** Paths that anybody may ask, so that a load balancer or a human can see that the server lives. */
const publicPaths = /^\/(healthz|livez|readyz|version)(\/|$)/;

const webSocketTokenPrefix = 'base64url.bearer.authorization.k8s.io.';

/**
 * Tells who makes a request: by client certificate, then by bearer token. Without either it is
 * anonymous on the public paths, and Unauthorized elsewhere.
 */
export class Authenticator {
  constructor(private readonly tokens: TokenAuthenticator) {}

  /** `path` is the request's path; a gRPC call passes its own, which is never public. At once for who has a certificate. */
  authenticate(credentials: Credentials, path: string): UserInfo | Promise<UserInfo> {
    if (credentials.certificateUser) return authenticated(credentials.certificateUser);
    return this.byToken(credentials, path);
  }

  private async byToken(credentials: Credentials, path: string): Promise<UserInfo> {
    const token = bearerToken(credentials);
    if (token === undefined) {
      if (publicPaths.test(path)) return anonymousUser;
      throw unauthorized();
    }
    try {
      return authenticated((await this.tokens.authenticate(token)).user);
    } catch (error) {
      throw unauthorized(error);
    }
  }
}

function bearerToken({ authorization, webSocketProtocols }: Credentials): string | undefined {
  const match = /^bearer +(\S+) *$/i.exec(authorization ?? '');
  if (match) return match[1];
  for (const protocol of webSocketProtocols?.split(',') ?? []) {
    const name = protocol.trim();
    if (name.startsWith(webSocketTokenPrefix))
      return Buffer.from(name.slice(webSocketTokenPrefix.length), 'base64url').toString();
  }
  return undefined;
}
