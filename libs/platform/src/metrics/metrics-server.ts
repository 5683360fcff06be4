import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';

export interface MetricsServerOptions {
  /** "host:port"; empty keeps it off. */
  readonly address: string;
  readonly registry: Registry;
  /** What is wrong with the service, if anything. */
  readonly health: () => string | undefined;
}

/** Serves /metrics for Prometheus, and /healthz, /livez and /readyz, until the signal aborts. */
export async function serveMetrics(options: MetricsServerOptions, signal: AbortSignal): Promise<void> {
  if (!options.address) return;
  const server = createServer((request, response) => {
    if (request.url === '/metrics') {
      void options.registry
        .metrics()
        .then((text) => response.setHeader('content-type', options.registry.contentType).end(text));
      return;
    }
    if (!/^\/(healthz|livez|readyz)$/.test(request.url ?? ''))
      return void response.writeHead(404).end('404 page not found\n');
    const problem = options.health();
    response.writeHead(problem ? 500 : 200).end(problem ? `${problem}\n` : 'ok');
  });
  await listen(server, options.address);
  signal.addEventListener('abort', () => server.close(), { once: true });
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
