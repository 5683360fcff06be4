import {
  Server,
  ServerCredentials,
  type ServerInterceptor,
  type ServerOptions,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { grpchealthv1 } from '@skiff/contracts';
import { readFileSync } from 'node:fs';
import { channelOptions } from './channel';
import { Health } from './health';
import { reflectionHandlers, reflectionServices } from './reflection';
import { serverTlsOptions } from './server-tls';
import { serverTracing } from './tracing';

export interface ServerTls {
  readonly certFile: string;
  readonly keyFile: string;
  /** Clients show certificates of this CA. */
  readonly clientCaFile?: string;
  /** Whether a client may come without one, to show a token or nothing; by default it must have one. */
  readonly certificateIsOptional?: boolean;
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

/** Speaks TLS as every server here; grpc-js shows handlers only certificates that were verified. */
class TlsCredentials extends ServerCredentials {
  constructor({ certFile, keyFile, clientCaFile, certificateIsOptional = false }: ServerTls) {
    const pair = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    const ca = clientCaFile ? { ca: readFileSync(clientCaFile) } : {};
    super(
      { requestCert: clientCaFile !== undefined, rejectUnauthorized: !certificateIsOptional },
      { ...serverTlsOptions, ...pair, ...ca },
    );
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

export function serverCredentials(tls: ServerTls | undefined): ServerCredentials {
  return tls ? new TlsCredentials(tls) : ServerCredentials.createInsecure();
}

/** How a service is reached: in plain text by everybody, unless this says otherwise. */
export interface ServiceDoor {
  readonly tls?: ServerTls;
  /** Is asked before any handler. */
  readonly guard?: ServerInterceptor;
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
