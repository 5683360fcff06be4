import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  context,
  isSpanContextValid,
  propagation,
  SpanStatusCode,
  trace,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { Registry as MetricsRegistry } from 'prom-client';
import { badRequest, type Logger, StatusError, unknownResource } from '@skiff/platform';
import type { Authenticator } from '../auth/authentication/authenticator';
import { forbidden, type Attributes, type Authorizer } from '../auth/authorization/attributes';
import type { UserInfo } from '../auth/user';
import { sendError, sendJson, sendText } from '../http/answers';
import type { DiscoveryHandler } from '../http/discovery-handler';
import type { OpenIdHandler } from '../http/openid-handler';
import type { ResourceHandler } from '../http/resource-handler';
import type { ConnectHandler } from '../pipeline/subresource';
import type { Registry } from '../registry/registry';
import { readRequestInfo, type ResourceRequestInfo } from '../requests/request-info';
import { Departure } from './departure';
import { answerHealth, type HealthCheck } from './health';
import type { RequestMetrics } from './request-metrics';
import { requestUser } from './request-context';
import { version } from './version';

export interface HttpHandlerOptions {
  readonly registry: Registry;
  readonly resources: ResourceHandler;
  readonly discovery: DiscoveryHandler;
  readonly openId: OpenIdHandler;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  /** Subresources that take over the connection, by "group/resource/subresource". */
  readonly connects: ReadonlyMap<string, ConnectHandler>;
  readonly health: readonly HealthCheck[];
  readonly metrics: MetricsRegistry;
  readonly requests: RequestMetrics;
  readonly tracer: Tracer;
  readonly logger: Logger;
}

/** Serves REST: finds out who asks for what, whether they may, and who answers. */
export class HttpHandler {
  constructor(private readonly options: HttpHandlerOptions) {}

  request(request: IncomingMessage, response: ServerResponse): void {
    void this.answer(request, response, undefined, new Departure(response));
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const departure = new Departure(socket);
    socket.on('error', () => departure.leave(new Error('the connection broke')));
    void this.answer(request, undefined, { socket, head }, departure);
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse | undefined,
    upgrade: { socket: Duplex; head: Buffer } | undefined,
    departure: Departure,
  ): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://server');
    const parent = propagation.extract(context.active(), request.headers);
    const span = this.options.tracer.startSpan(`${request.method} ${url.pathname}`, {}, parent);
    const finish = this.options.requests.start();
    let code = 200;
    let info: ResourceRequestInfo | undefined;
    try {
      const run = (): Promise<ResourceRequestInfo | undefined> =>
        this.route(request, url, response, upgrade, span, departure);
      info = await (isTraced(span) ? context.with(trace.setSpan(parent, span), run) : run());
      code = response?.statusCode ?? 101;
    } catch (error) {
      const failure = StatusError.from(error);
      code = failure.code;
      if (code >= 500 && !departure.left) this.options.logger.error('a request failed', { path: url.pathname, error });
      if (code >= 500) span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
      this.fail(failure, response, upgrade);
    } finally {
      span.setAttribute('http.response.status_code', code);
      span.end();
      finish(request.method ?? '', info, code);
    }
  }

  private fail(
    failure: StatusError,
    response: ServerResponse | undefined,
    upgrade: { socket: Duplex } | undefined,
  ): void {
    if (response && !response.headersSent) sendError(response, failure);
    else if (response) response.destroy();
    else if (upgrade && upgrade.socket.writable) {
      const body = JSON.stringify(failure.toStatus());
      upgrade.socket.end(
        `HTTP/1.1 ${failure.code} ${failure.reason || 'Error'}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    }
  }

  private async route(
    request: IncomingMessage,
    url: URL,
    response: ServerResponse | undefined,
    upgrade: { socket: Duplex; head: Buffer } | undefined,
    span: Span,
    departure: Departure,
  ): Promise<ResourceRequestInfo | undefined> {
    const { authenticator, authorizer } = this.options;
    const info = readRequestInfo(request.method ?? 'GET', url.pathname, url.searchParams);
    const user = await requestUser(request, url.pathname, authenticator, authorizer);
    span.setAttribute('enduser.id', user.name);
    if (!info.resourceRequest) {
      this.authorize({ user, verb: info.verb, resourceRequest: false, path: info.path });
      if (!response) throw badRequest('there is nothing to upgrade to');
      await this.other(request, url, response);
      return undefined;
    }
    const definition = this.options.registry.find(info.group, info.version, info.resource);
    const connect = this.options.connects.get(`${info.group}/${info.resource}/${info.subresource}`);
    this.authorize({
      ...attributesOf(info, user),
      fieldSelector: url.searchParams.get('fieldSelector') ?? undefined,
      ...(connect ? { verb: connectVerb(request.method ?? 'GET', info.subresource) } : {}),
    });
    if (!definition && response && !this.serves(info.group, info.version))
      return void sendText(response, 404, '404 page not found\n');
    if (!definition) throw unknownResource();
    span.setAttributes({
      'skiff.verb': info.verb,
      'k8s.resource': info.resource,
      'k8s.namespace': info.namespace,
      'k8s.name': info.name,
    });
    if (connect) {
      await connect.handle({
        user,
        namespace: info.namespace,
        name: info.name,
        subresource: info.subresource,
        rest: info.rest,
        query: url.searchParams,
        request,
        ...(response ? { response } : {}),
        ...(upgrade ? { upgrade } : {}),
      });
      return info;
    }
    if (!response) throw badRequest('there is nothing to upgrade to');
    const warnings: string[] = [];
    const target = {
      definition,
      namespace: info.resource === 'namespaces' ? '' : info.namespace,
      name: info.name,
      subresource: info.subresource,
    };
    const caller = { user, warn: (text: string) => void (warnings.includes(text) || warnings.push(text)) };
    await this.options.resources.handle({
      verb: info.verb,
      target,
      query: url.searchParams,
      caller,
      warnings,
      request,
      response,
      departure,
    });
    return info;
  }

  private serves(group: string, version: string): boolean {
    return this.options.registry.definitions.some(({ kind }) => kind.group === group && kind.version === version);
  }

  private authorize(attributes: Attributes): void {
    const decision = this.options.authorizer.authorize(attributes);
    if (!decision.allowed) throw forbidden(attributes, decision.reason);
  }

  private async other(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    if (this.options.discovery.handle(url.pathname, request.headers.accept, url.searchParams, response)) return;
    if (await this.options.openId.handle(url.pathname, response)) return;
    if (await answerHealth(url.pathname, url.searchParams, this.options.health, response)) return;
    if (url.pathname === '/version') return sendJson(response, 200, version);
    if (url.pathname === '/metrics') return sendText(response, 200, await this.options.metrics.metrics());
    if (url.pathname === '/')
      return sendJson(response, 200, {
        paths: [
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
        ],
      });
    sendText(response, 404, '404 page not found\n');
  }
}

/** Without tracing there is no context to hand on, and handing on costs something at every step. */
const isTraced = (span: Span): boolean => isSpanContextValid(span.spanContext());

function attributesOf(info: ResourceRequestInfo, user: UserInfo): Attributes & { resourceRequest: true } {
  return {
    user,
    verb: info.verb,
    resourceRequest: true,
    apiGroup: info.group,
    apiVersion: info.version,
    resource: info.resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
  };
}

/** Upstream asks for `create` to connect by POST and by upgrade alike, and for `get` to read a log. */
function connectVerb(method: string, subresource: string): string {
  if (subresource === 'log') return 'get';
  return method === 'GET' || method === 'HEAD'
    ? 'get'
    : method === 'POST'
      ? 'create'
      : method === 'PUT'
        ? 'update'
        : method.toLowerCase();
}
