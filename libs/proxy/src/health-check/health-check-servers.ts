import { createServer, type Server } from 'node:http';
import type { Logger } from '@skiff/platform';
import type { ServicePort } from '../rules/service-port';

/** What load balancers are told of a Service. */
interface Answer {
  readonly namespace: string;
  readonly name: string;
  readonly localEndpoints: number;
}

/**
 * Answers load balancers on the health check ports of Services with `externalTrafficPolicy:
 * Local`: 200 while this node has ready endpoints, 503 while it has none, as upstream does.
 */
export class HealthCheckServers {
  private readonly servers = new Map<number, Server>();
  private answers: ReadonlyMap<number, Answer> = new Map();

  private working: Promise<void> = Promise.resolve();

  constructor(
    private readonly logger: Logger,
    /** Where it listens; every address of the node by default. */
    private readonly address?: string,
  ) {}

  /** Listens on the ports of these Services, and on no others any more. */
  sync(ports: readonly ServicePort[]): Promise<void> {
    // One after another, so that no port is opened twice.
    this.working = this.working.then(() => this.bring(answersOf(ports)));
    return this.working;
  }

  /** Ends all servers. */
  close(): Promise<void> {
    return this.sync([]);
  }

  private async bring(answers: ReadonlyMap<number, Answer>): Promise<void> {
    this.answers = answers;
    for (const [port, server] of [...this.servers]) {
      if (this.answers.has(port)) continue;
      this.servers.delete(port);
      await stop(server);
    }
    for (const port of this.answers.keys()) if (!this.servers.has(port)) await this.listen(port);
  }

  private listen(port: number): Promise<void> {
    const server = createServer((_request, response) => {
      const answer = this.answers.get(port);
      const localEndpoints = answer?.localEndpoints ?? 0;
      response.writeHead(localEndpoints > 0 ? 200 : 503, {
        'Content-Type': 'application/json',
        'X-Content-Type-Options': 'nosniff',
        'X-Load-Balancing-Endpoint-Weight': String(localEndpoints),
      });
      const service = { namespace: answer?.namespace ?? '', name: answer?.name ?? '' };
      response.end(`${JSON.stringify({ service, localEndpoints, serviceProxyHealthy: true })}\n`);
    });
    this.servers.set(port, server);
    return new Promise((resolve) => {
      // Somebody else has the port: the next sync tries again, and balancers see this node as unhealthy meanwhile.
      server.once('error', (error) => {
        this.logger.warn('a health check port cannot be served', { port, error });
        this.servers.delete(port);
        resolve();
      });
      server.listen({ port, ...(this.address === undefined ? {} : { host: this.address }) }, resolve);
    });
  }
}

function answersOf(ports: readonly ServicePort[]): Map<number, Answer> {
  const found = new Map<number, { namespace: string; name: string; addresses: Set<string> }>();
  for (const { namespace, name, healthCheckNodePort, localReady } of ports) {
    if (healthCheckNodePort === undefined) continue;
    const known = found.get(healthCheckNodePort) ?? { namespace, name, addresses: new Set() };
    for (const address of localReady) known.addresses.add(address);
    found.set(healthCheckNodePort, known);
  }
  return new Map(
    [...found].map(([port, { namespace, name, addresses }]) => [
      port,
      { namespace, name, localEndpoints: addresses.size },
    ]),
  );
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
