import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Registry } from 'prom-client';
import { StatusError } from '@skiff/apimachinery';
import type { ServerTls } from '../rpc/server';
import { serverTlsOptions } from '../rpc/server-tls';

export interface HealthServerOptions {
  /** "host:port"; empty keeps it off. */
  readonly address: string;
  /** What is wrong with the service, if anything. */
  readonly health: () => string | undefined;
}

export interface MetricsServerOptions extends HealthServerOptions {
  readonly registry: Registry;
  /** Absent serves in plain text. */
  readonly tls?: ServerTls;
  /** Throws a StatusError for who may not ask for a path, given without its query. Absent lets everybody in. */
  readonly admit?: (request: IncomingMessage, path: string) => Promise<void>;
}

/**
 * Serves /metrics for Prometheus, and /healthz, /livez and /readyz, until the signal
 * aborts. Resolves with the port; undefined when it is off. Rejects when the address is taken.
 */
export async function serveMetrics(options: MetricsServerOptions, signal: AbortSignal): Promise<number | undefined> {
  const { registry, tls, admit } = options;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = pathOf(request);
    await admit?.(request, path);
    if (path === '/metrics') response.setHeader('content-type', registry.contentType).end(await registry.metrics());
    else answerHealth(path, response, options);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(request, response).catch((error: unknown) => {
      const { code, message } = StatusError.from(error);
      response.writeHead(code).end(`${message}\n`);
    });
  return serve(tls ? createSecureServer(secureOptions(tls), listener) : createServer(listener), options, signal);
}

/** The same without /metrics, in plain text for everybody: what a load balancer or a supervisor asks for. */
export function serveHealthz(options: HealthServerOptions, signal: AbortSignal): Promise<number | undefined> {
  const server = createServer((request, response) => answerHealth(pathOf(request), response, options));
  return serve(server, options, signal);
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/';

function answerHealth(path: string, response: ServerResponse, { health }: HealthServerOptions): void {
  if (!/^\/(healthz|livez|readyz)$/.test(path)) return void response.writeHead(404).end('404 page not found\n');
  const problem = health();
  response.writeHead(problem ? 500 : 200).end(problem ? `${problem}\n` : 'ok');
}

function secureOptions({ certFile, keyFile, clientCaFile }: ServerTls): object {
  const pair = { ...serverTlsOptions, cert: readFileSync(certFile), key: readFileSync(keyFile) };
  if (!clientCaFile) return pair;
  // Whoever has no certificate may have a token; what cannot be verified counts for nothing.
  return { ...pair, ca: readFileSync(clientCaFile), requestCert: true, rejectUnauthorized: false };
}

async function serve(
  server: Server,
  { address }: HealthServerOptions,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (!address) return undefined;
  await listen(server, address);
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : undefined;
}

function listen(server: Server, address: string): Promise<void> {
  const [host, port] = splitAddress(address);
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
}

/** Host and port of "host:port"; the brackets of an IPv6 address are taken off. */
export function splitAddress(address: string): [string, number] {
  const position = address.lastIndexOf(':');
  return [address.slice(0, position).replace(/^\[|\]$/g, ''), Number(address.slice(position + 1))];
}
