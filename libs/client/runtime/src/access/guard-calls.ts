import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { ServerInterceptingCall, type Metadata, type ServerInterceptor } from '@grpc/grpc-js';
import { toServiceError } from '@skiff/platform';
import type { Credentials } from './authenticator';
import type { Access, Guard } from './guard';

/** Lets nothing of a gRPC call through before the guard has. `accessOf` is given the path of its method. */
export function guardCalls(guard: Pick<Guard, 'admit'>, accessOf: (path: string) => Access): ServerInterceptor {
  return (method, call) =>
    new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, forward) {
            const credentials = callCredentials(call.getAuthContext().sslPeerCertificate, metadata);
            guard.admit(credentials, accessOf(method.path)).then(
              () => forward(metadata),
              (error: unknown) => {
                const { code, details = '', metadata: trailer = null } = toServiceError(error);
                if (code !== undefined) call.sendStatus({ code, details, metadata: trailer });
              },
            );
          },
        });
      },
    });
}

/** What the caller of a gRPC method shows. */
export function callCredentials(certificate: Credentials['certificate'], metadata: Metadata): Credentials {
  const [authorization] = metadata.get('authorization');
  return { certificate, authorization: typeof authorization === 'string' ? authorization : undefined };
}

/** What the sender of a request over HTTP shows. A certificate that TLS could not verify shows nothing. */
export function requestCredentials({ socket, headers }: IncomingMessage): Credentials {
  const certificate = socket instanceof TLSSocket && socket.authorized ? socket.getPeerCertificate() : undefined;
  return { certificate, authorization: headers.authorization };
}
