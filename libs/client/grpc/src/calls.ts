import { Metadata, type CallOptions as GrpcCallOptions, type ClientUnaryCall, type ServiceError } from '@grpc/grpc-js';
import type { CallOptions } from '@skiff/client';
import type { skiffapiv1 } from '@skiff/contracts';
import { fromServiceError, systemClock, traceContextOf, type Clock } from '@skiff/platform';
import type { ClientMetrics, Verb } from './client-metrics';
import type { Reachability } from './reachability';

/** What calls are made with. */
export interface CallsOptions {
  /** Sent as a bearer token with every call, for clients without a certificate. */
  readonly token?: () => string;
  /** How long a call other than a watch may take, in milliseconds. Default: 30 s. */
  readonly timeoutMilliseconds?: number;
  /** Deadlines are counted on it. Default: the system's. */
  readonly clock?: Clock;
  /** Counts the calls; absent, nobody does. */
  readonly metrics?: ClientMetrics;
}

type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<GrpcCallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/** Calls of one service, each with a deadline, the caller's trace, and an eye on whether the server answers. */
export class Calls {
  constructor(
    private readonly service: skiffapiv1.ResourceServiceClient,
    private readonly reachability: Reachability,
    private readonly options: CallsOptions,
  ) {}

  call<Request, Response>(
    /** Absent where the caller counts. */
    verb: Verb | undefined,
    method: Unary<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    const { signal } = options ?? {};
    signal?.throwIfAborted();
    const finish = verb && this.options.metrics?.start(verb);
    return new Promise((resolve, reject) => {
      const call = method.call(
        this.service,
        request,
        this.metadata(),
        { deadline: this.deadline(), waitForReady: false } as Partial<GrpcCallOptions>,
        (error, response) => {
          signal?.removeEventListener('abort', abort);
          const failure = error ? fromServiceError(error) : undefined;
          finish?.(error);
          if (!failure) {
            this.reachability.succeeded();
            return resolve(response);
          }
          if (signal?.aborted) return reject(signal.reason as Error);
          this.reachability.failed(failure);
          reject(failure);
        },
      );
      const abort = (): void => call.cancel();
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  deadline(): number {
    return (this.options.clock ?? systemClock).now() + (this.options.timeoutMilliseconds ?? 30_000);
  }

  metadata(): Metadata {
    const metadata = new Metadata();
    const { traceparent, tracestate } = traceContextOf() ?? {};
    if (traceparent) metadata.set('traceparent', traceparent);
    if (tracestate) metadata.set('tracestate', tracestate);
    if (this.options.token) metadata.set('authorization', `Bearer ${this.options.token()}`);
    return metadata;
  }
}
