import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';

export interface MetricsServerOptions {
  /** "host:port"; empty keeps it off. */
  readonly address: string;
  readonly registry: Registry;
  /** What is wrong with the service, if anything. */
  readonly health: () => string | undefined;
}

/**
 * Serves /metrics for Prometheus, and /healthz, /livez and /readyz, until the signal
 * aborts. Resolves with the port; undefined when it is off. Rejects when the address is taken.
 */
export async function serveMetrics(options: MetricsServerOptions, signal: AbortSignal): Promise<number | undefined> {
  if (!options.address) return undefined;
  const server = createServer((request, response) => {
    if (request.url === '/metrics') {
      options.registry.metrics().then(
        (text) => response.setHeader('content-type', options.registry.contentType).end(text),
        (error: unknown) => response.writeHead(500).end(`${error instanceof Error ? error.message : String(error)}\n`),
      );
      return;
    }
    if (!/^\/(healthz|livez|readyz)$/.test(request.url ?? ''))
      return void response.writeHead(404).end('404 page not found\n');
    const problem = options.health();
    response.writeHead(problem ? 500 : 200).end(problem ? `${problem}\n` : 'ok');
  });
  await listen(server, options.address);
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : undefined;
}

function listen(server: Server, address: string): Promise<void> {
  const [host, port] = splitAddress(address);
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
}

/** Host and port of "host:port". */
export function splitAddress(address: string): [string, number] {
  const position = address.lastIndexOf(':');
  return [address.slice(0, position), Number(address.slice(position + 1))];
}
