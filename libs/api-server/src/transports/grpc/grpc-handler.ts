import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Clock, Logger, Random } from '@skiff/platform';
import type { Serve } from '../../filters/serve';
import { Departure } from '../../request/departure';
import { noInput } from '../../request/given-input';
import { Request } from '../../request/request';
import { requestId, requestIdHeader } from '../../request/request-id';
import { unknownMethod, type GrpcMethod } from './method';
import { GrpcReply } from './reply';

export interface GrpcHandlerOptions {
  /** By the path of a call: "/service/method". */
  readonly methods: ReadonlyMap<string, GrpcMethod>;
  readonly serve: Serve;
  /** For calls that bring requests of their own. */
  readonly enter: Serve;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Serves gRPC on the same port as REST: reads what is asked for, and has it answered. */
export class GrpcHandler {
  constructor(private readonly options: GrpcHandlerOptions) {}

  /** Whether a request is a gRPC call. */
  static accepts({ headers }: { readonly headers: { 'content-type'?: string | undefined } }): boolean {
    return headers['content-type']?.startsWith('application/grpc') ?? false;
  }

  async handle(message: Http2ServerRequest, { stream }: Http2ServerResponse): Promise<void> {
    const { methods, serve, enter, clock, random, logger } = this.options;
    const path = message.url;
    const method = methods.get(path) ?? unknownMethod(path);
    const departure = new Departure(stream);
    stream.on('error', (error) => logger.debug('a stream broke', { error }));
    const { read, answer } = method.begin(stream);
    const id = requestId(message.headers, random);
    const reply = new GrpcReply(stream, answer);
    reply.setHeaders({ [requestIdHeader]: id });
    const request = new Request({
      protocol: 'grpc',
      method: method.method,
      path,
      received: clock.monotonic(),
      info: method.info,
      lasts: method.lasts,
      departure,
      input: noInput,
      reply,
      message,
      newId: () => id,
      ...(read ? { read } : {}),
    });
    await (method.isDoor ? enter : serve)(request);
  }
}
