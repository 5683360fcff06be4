import {
  Server,
  ServerCredentials,
  type ServerOptions,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { grpchealthv1 } from '@skiff/contracts';
import { readFileSync } from 'node:fs';
import { channelOptions } from './channel';
import { Health } from './health';
import { reflectionHandlers, reflectionServices } from './reflection';
import { serverTracing } from './tracing';

export interface ServerTls {
  readonly certFile: string;
  readonly keyFile: string;
  /** Clients must show a certificate of this CA. */
  readonly clientCaFile?: string;
}

/** A server that remembers what it serves, for reflection. */
class ReflectedServer extends Server {
  readonly services = new Set<string>();

  override addService(service: ServiceDefinition, implementation: UntypedServiceImplementation): void {
    for (const { path } of Object.values(service)) this.services.add(path.split('/')[1] ?? '');
    super.addService(service, implementation);
  }
}

/** A gRPC server with health, reflection and the caller's trace context around every handler. */
export function createGrpcServer(options: ServerOptions = {}): { server: Server; health: Health } {
  const server = new ReflectedServer({
    ...channelOptions,
    ...options,
    interceptors: [serverTracing, ...(options.interceptors ?? [])],
  });
  const health = new Health();
  server.addService(grpchealthv1.HealthService, health.handlers());
  const reflection = reflectionHandlers(() => [...server.services]);
  for (const service of reflectionServices) server.addService(service, reflection);
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

/**
 * Serves health and reflection alone, in plain text, at "host:port" until the signal aborts; not at all
 * for an empty address. For services that answer no calls of their own.
 */
export async function serveHealth(address: string, signal: AbortSignal): Promise<void> {
  if (address) await serveGrpc(createGrpcServer().server, address, serverCredentials(undefined), signal);
}

/** How long calls that are under way may take when the server stops. */
const drainMilliseconds = 2_000;

/**
 * Listens on "host:port" until the signal aborts; resolves with the port. Then new
 * calls are refused, and those under way are cut off after two seconds.
 */
export function serveGrpc(
  server: Server,
  address: string,
  credentials: ServerCredentials,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      const timer = setTimeout(() => server.forceShutdown(), drainMilliseconds);
      server.tryShutdown(() => clearTimeout(timer));
    };
    server.bindAsync(address, credentials, (error, port) => {
      if (error) return reject(error);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
      resolve(port);
    });
  });
}
