import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { HealthImplementation } from 'grpc-health-check';
import { channelOptions } from './channel';

export interface ServerTls {
  readonly certFile: string;
  readonly keyFile: string;
  /** Clients must show a certificate of this CA. */
  readonly clientCaFile?: string;
}

/** A gRPC server with the health service. */
export function createGrpcServer(options: ServerOptions = {}): { server: Server; health: HealthImplementation } {
  const server = new Server({ ...channelOptions, ...options });
  const health = new HealthImplementation({ '': 'SERVING' });
  health.addToServer(server);
  return { server, health };
}

export function serverCredentials(tls: ServerTls | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const pair = { private_key: readFileSync(tls.keyFile), cert_chain: readFileSync(tls.certFile) };
  return ServerCredentials.createSsl(
    tls.clientCaFile ? readFileSync(tls.clientCaFile) : null,
    [pair],
    tls.clientCaFile !== undefined,
  );
}

/** Listens on "host:port" until the signal aborts; resolves with the port. */
export function serveGrpc(
  server: Server,
  address: string,
  credentials: ServerCredentials,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (error) return reject(error);
      signal.addEventListener('abort', () => server.forceShutdown(), { once: true });
      resolve(port);
    });
  });
}
