import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry as MetricsRegistry } from 'prom-client';
import { sendRawJson, sendText } from '../transports/rest/answers';
import type { DiscoveryHandler } from '../discovery/discovery-handler';
import type { OpenIdHandler } from '../routing/openid-handler';
import { answerHealth, type HealthCheck } from '../routing/health';
import type { RequestTarget } from '../transports/rest/request-target';
import { version } from '../routing/version';

export interface OtherPathsOptions {
  readonly discovery: DiscoveryHandler;
  readonly openId: OpenIdHandler;
  readonly health: readonly HealthCheck[];
  readonly metrics: MetricsRegistry;
}

const paths = [
  '/.well-known/openid-configuration',
  '/api',
  '/apis',
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/openid/v1/jwks',
  '/readyz',
  '/version',
];

/** Serves what is not a resource: discovery, schemas, keys, health, metrics. */
export class OtherPaths {
  constructor(private readonly options: OtherPathsOptions) {}

  async handle(request: IncomingMessage, { path, query }: RequestTarget, response: ServerResponse): Promise<void> {
    const { discovery, openId, health, metrics } = this.options;
    if (discovery.handle(path, request.headers.accept, query, response)) return;
    if (await openId.handle(path, response)) return;
    if (await answerHealth(path, query, health, response)) return;
    if (path === '/version' || path === '/version/') return sendRawJson(response, 200, version);
    if (path === '/metrics') return sendText(response, 200, await metrics.metrics());
    if (path === '/') return sendRawJson(response, 200, { paths });
    sendText(response, 404, '404 page not found\n');
  }
}
