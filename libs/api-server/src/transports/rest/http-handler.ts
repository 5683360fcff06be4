import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { SpanStatusCode, type Span, type Tracer } from '@opentelemetry/api';
import { subresourceVerbs } from '@skiff/api';
import { StatusError, unknownResource } from '@skiff/apimachinery';
import type { Clock, Logger } from '@skiff/platform';
import {
  forbidden,
  forbiddenResource,
  requestedName,
  type Attributes,
  type ResourceAttributes,
} from '../../auth/authorization/attributes';
import type { UserInfo } from '../../auth/user';
import { sendText, sizeOf } from './answers';
import { leaveBody } from './body';
import type { ResourceHandler } from '../../http/resource-handler';
import type { ConnectHandler } from '../../subresources/handlers';
import type { Registry } from '../../registry/registry';
import type { ResourceDefinition } from '../../registry/resource-definition';
import { isLongRunning, readRequestInfo, type RequestInfo, type ResourceRequestInfo } from '../../request/request-info';
import { asksForWebSocket } from '../../streaming/upgrade';
import { Warnings } from '../../request/warnings';
import { Attendance } from '../../server/attendance';
import { Departure } from '../../request/departure';
import type { Draining } from '../../filters/draining';
import { Deadlines, type Deadline, requestDeadlineMilliseconds, requestedTimeout } from '../../filters/deadlines';
import { answerFailure, connection, expire, isClientsFault, plainResponse, type Exchange } from '../../server/exchange';
import { OtherPaths, type OtherPathsOptions } from '../../server/other-paths';
import type { RequestMetrics } from '../../filters/request-metrics';
import { requestUser, type Doorkeepers } from '../../server/request-context';
import { readTarget } from './request-target';
import { runIn, traceRequest } from '../../server/request-trace';

export interface HttpHandlerOptions extends OtherPathsOptions, Doorkeepers {
  readonly registry: Registry;
  readonly resources: ResourceHandler;
  /** Subresources that take over the connection, by "group/resource/subresource". */
  readonly connects: ReadonlyMap<string, ConnectHandler>;
  readonly requests: RequestMetrics;
  readonly draining: Draining;
  readonly clock: Clock;
  readonly tracer: Tracer;
  readonly logger: Logger;
}

const isServed = (definition: ResourceDefinition, subresource: string): boolean =>
  subresource === '' || subresourceVerbs(definition, subresource) !== undefined;

const missingHost = '400 Bad Request: missing required Host header';

/** HTTP/1.1 demands it of every request; Node.js does not where it serves HTTP/2 as well. */
const lacksHost = ({ httpVersion, headers }: IncomingMessage): boolean =>
  httpVersion === '1.1' && headers.host === undefined;

/** Serves REST: finds out who asks for what, whether they may, and who answers. */
export class HttpHandler {
  private readonly otherPaths: OtherPaths;
  private readonly deadlines: Deadlines<Exchange>;

  constructor(private readonly options: HttpHandlerOptions) {
    this.otherPaths = new OtherPaths(options);
    const { clock } = options;
    this.deadlines = new Deadlines(clock, requestDeadlineMilliseconds, (exchange) => expire(exchange, clock));
  }

  request(request: IncomingMessage, response: ServerResponse): void {
    if (lacksHost(request)) sendText(response.setHeader('connection', 'close'), 400, missingHost);
    else void this.answer({ request, response, departure: new Departure(response) });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (lacksHost(request)) return void socket.end(`HTTP/1.1 ${missingHost}\r\nConnection: close\r\n\r\n`);
    const departure = new Departure(socket);
    socket.on('error', () => departure.leave('the connection broke'));
    void this.answer({ request, upgrade: { socket, head }, departure });
  }

  private async answer(connection: Omit<Exchange, 'target' | 'span' | 'attendance'>): Promise<void> {
    const { tracer, clock } = this.options;
    const { request, response } = connection;
    const target = readTarget(request.url ?? '/');
    const method = request.method ?? 'GET';
    const attributes = { 'http.request.method': method };
    const trace = traceRequest(tracer, `${method} ${target.path}`, attributes, request.headers);
    const { span } = trace;
    const asked = readRequestInfo(method, target.path, target.query);
    let deadline: Deadline<Exchange> | undefined;
    const exchange: Exchange = { ...connection, target, span, attendance: new Attendance(method, this.options) };
    let code = 200;
    try {
      if (!isLongRunning(asked)) deadline = this.deadlines.begin(exchange, requestedTimeout(target.query));
      const run = (): Promise<void> => this.route(exchange, asked);
      // A watch goes on long after what its trace is about.
      await (asked.verb === 'watch' ? run() : runIn(trace, run));
      code = response?.statusCode ?? 101;
    } catch (error) {
      const failure = StatusError.from(error);
      code = failure.code;
      this.report(exchange, failure, error);
      if (!deadline?.passed) answerFailure(exchange, failure);
    } finally {
      if (deadline) this.deadlines.cancel(deadline);
      if (response) leaveBody(request, response, clock);
      span.setAttribute('http.response.status_code', code);
      span.end();
      const bytes = response && sizeOf(response);
      exchange.attendance.end({ info: exchange.info, code, dryRun: target.query.has('dryRun'), bytes });
    }
  }

  /** Says what is the server's own fault. */
  private report({ departure, span, target }: Exchange, failure: StatusError, error: unknown): void {
    if (failure.code < 500) return;
    const { logger } = this.options;
    // Lines of one message are bounded together: what clients bring about must not hide the server's own faults.
    if (isClientsFault(failure)) logger.info('a request made no sense', { path: target.path, error });
    else if (!departure.left) logger.error('a request failed', { path: target.path, error });
    span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  }

  private async route(exchange: Exchange, info: RequestInfo): Promise<void> {
    const { request, response, target, span } = exchange;
    const { registry } = this.options;
    const definition = info.resourceRequest ? registry.find(info.group, info.version, info.resource) : undefined;
    // Names that are not served must not become labels of metrics.
    if (info.resourceRequest && definition && isServed(definition, info.subresource)) exchange.info = info;
    const user = await requestUser(request, target.path, this.options);
    span.setAttribute('enduser.id', user.name);
    if (!info.resourceRequest) {
      this.authorize({ user, verb: info.verb, resourceRequest: false, path: info.path });
      return this.otherPaths.handle(request, target, plainResponse(exchange));
    }
    const connects = info.verb === 'watch' ? undefined : this.options.connects;
    const connect = connects?.get(`${info.group}/${info.resource}/${info.subresource}`);
    const verb = connect ? connectVerb(request.method ?? 'GET', info.subresource) : info.verb;
    const attributes = attributesOf(info, verb, user, target.query);
    this.authorize(attributes);
    if (!definition) {
      if (!response || this.serves(info.group, info.version)) throw unknownResource();
      return sendText(response, 404, '404 page not found\n');
    }
    describe(span, info);
    if (connect || info.verb === 'watch') exchange.attendance.lasts(exchange.info);
    if (connect?.creates) this.authorizeCreate(attributes);
    if (connect) await connect.handle(connection(exchange, info, user));
    else await this.resource(exchange, definition, info, user);
  }

  private resource(
    exchange: Exchange,
    definition: ResourceDefinition,
    { verb, resource, namespace, name, subresource }: ResourceRequestInfo,
    user: UserInfo,
  ): Promise<void> {
    const warnings = new Warnings();
    if (definition.deprecation !== undefined) warnings.add(definition.deprecation);
    const { request, target, departure, upgrade } = exchange;
    const overWebSocket = verb === 'watch' && upgrade && asksForWebSocket(request);
    return this.options.resources.handle({
      verb,
      // A namespace lies in none.
      target: { definition, namespace: resource === 'namespaces' ? '' : namespace, name, subresource },
      query: target.query,
      caller: { user, warn: warnings.add },
      warnings,
      request,
      response: overWebSocket ? new ServerResponse(request) : plainResponse(exchange),
      departure,
      ...(overWebSocket ? { upgrade } : {}),
    });
  }

  private serves(group: string, version: string): boolean {
    return this.options.registry.definitions.some(({ kind }) => kind.group === group && kind.version === version);
  }

  /**
   * Who may read must not get into a pod by a WebSocket, which begins with a GET.
   * Upstream: pkg/registry/core/pod/rest/authz.go.
   */
  private authorizeCreate(attributes: ResourceAttributes): void {
    if (attributes.verb === 'create') return;
    const { allowed, reason } = this.options.authorizer.authorize({ ...attributes, verb: 'create' });
    const { apiGroup: group, resource, name } = attributes;
    if (!allowed) throw forbiddenResource({ group, resource }, name, reason);
  }

  private authorize(attributes: Attributes): void {
    const { access, authorizer } = this.options;
    const began = access.now();
    const decision = authorizer.authorize(attributes);
    access.authorized(began, decision.allowed);
    if (!decision.allowed) throw forbidden(attributes, decision.reason);
  }
}

function describe(span: Span, { verb, resource, namespace, name }: ResourceRequestInfo): void {
  if (!span.isRecording()) return;
  span.setAttributes({ 'skiff.verb': verb, 'k8s.resource': resource, 'k8s.namespace': namespace, 'k8s.name': name });
}

function attributesOf(
  info: ResourceRequestInfo,
  verb: string,
  user: UserInfo,
  query: URLSearchParams,
): ResourceAttributes {
  const fieldSelector = query.get('fieldSelector') ?? undefined;
  return {
    user,
    verb,
    resourceRequest: true,
    apiGroup: info.group,
    apiVersion: info.version,
    resource: info.resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: requestedName(verb, info.name, fieldSelector),
    fieldSelector,
  };
}

/** The verb of a connection, as its method says. */
function connectVerb(method: string, subresource: string): string {
  if (subresource === 'log') return 'get';
  if (method === 'GET' || method === 'HEAD') return 'get';
  if (method === 'POST') return 'create';
  return method === 'PUT' ? 'update' : method.toLowerCase();
}
