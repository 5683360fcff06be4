import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Stream } from 'node:http2';
import type { Tracer } from '@opentelemetry/api';
import { StatusError, timeout } from '@skiff/apimachinery';
import type { Clock, Logger } from '@skiff/platform';
import type { GrpcCall } from './call';
import type { NodeGateway } from './node-gateway';
import type { ResourceService } from './resource-service';
import { endResponse } from './frames';
import type { GrpcServices } from './services';
import { Deadlines, requestDeadlineMilliseconds } from '../../filters/deadlines';
import type { Draining } from '../../filters/draining';
import { isClientsFault } from '../../server/exchange';
import { requestUser, type Doorkeepers } from '../../server/request-context';
import { runIn, traceRequest } from '../../server/request-trace';

export interface GrpcHandlerOptions extends Doorkeepers {
  readonly resources: ResourceService;
  readonly nodes: NodeGateway;
  /** Health and reflection, which anybody with a certificate or token may ask. */
  readonly services: GrpcServices;
  readonly draining: Draining;
  readonly clock: Clock;
  readonly tracer: Tracer;
  readonly logger: Logger;
}

const resourceService = '/skiff.api.v1.ResourceService/';
/** The others are streams, which last. */
const unaryMethods = /\/(Get|List|Create|Update|Patch|Delete|DeleteCollection|BindPods|Discover|Check)$/;
const nodeService = '/skiff.node.v1.NodeService/';

/** Serves gRPC on the same port as REST. */
export class GrpcHandler {
  private readonly deadlines: Deadlines<ServerHttp2Stream>;

  constructor(private readonly options: GrpcHandlerOptions) {
    this.deadlines = new Deadlines(options.clock, requestDeadlineMilliseconds, expire);
  }

  /** Whether a request is a gRPC call. */
  static accepts(request: { headers: { 'content-type'?: string | undefined } }): boolean {
    return request.headers['content-type']?.startsWith('application/grpc') ?? false;
  }

  async handle(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    const { draining } = this.options;
    const isUnary = unaryMethods.test(request.url);
    if (isUnary) draining.begin();
    const { stream } = response;
    const deadline = isUnary ? this.deadlines.begin(stream) : undefined;
    const done = new AbortController();
    stream.on('close', () => done.abort(new Error('the client has gone')));
    stream.on('error', (error) => this.options.logger.debug('a stream broke', { error }));
    const attributes = { 'rpc.method': request.url.slice(request.url.lastIndexOf('/') + 1) };
    const trace = traceRequest(this.options.tracer, request.url.slice(1), attributes, request.headers);
    const { span } = trace;
    try {
      const user = await requestUser(request, request.url, this.options);
      span.setAttribute('enduser.id', user.name);
      const call = { stream, user, userAgent: request.headers['user-agent'] ?? '', signal: done.signal };
      const serve = (): Promise<void> => this.serve(request.url, call);
      // What a stream of watches or writes does belongs to other traces than the one it was opened in.
      await (isUnary || request.url.startsWith(nodeService) ? runIn(trace, serve) : serve());
      endResponse(stream);
    } catch (error) {
      const failure = StatusError.from(error);
      // What is not served is the caller's fault.
      if (isClientsFault(failure)) this.options.logger.info('a call made no sense', { method: request.url, error });
      else if (failure.code >= 500 && failure.code !== 501 && !done.signal.aborted)
        this.options.logger.error('a call failed', { method: request.url, error });
      endResponse(stream, failure);
    } finally {
      if (deadline) this.deadlines.cancel(deadline);
      if (isUnary) draining.end();
      span.end();
    }
  }

  private async serve(url: string, call: GrpcCall): Promise<void> {
    const { resources, nodes, services } = this.options;
    if (url.startsWith(resourceService)) await resources.handle(url.slice(resourceService.length), call);
    else if (url.startsWith(nodeService)) await nodes.handle(url.slice(nodeService.length), call);
    else await services.handle(url, call);
  }
}

/** Ends a call that took too long, and with it whatever waits for its client. */
function expire(stream: ServerHttp2Stream): void {
  stream.once('finish', () => stream.close());
  endResponse(stream, timeout('request did not complete within the allotted timeout'));
}
