import type { ServerHttp2Stream } from 'node:http2';
import type { UserInfo } from '../../auth/user';
import type { CountedRequest } from '../../grpc/counted-request';

/** A gRPC call of somebody known. */
export interface GrpcCall {
  readonly stream: ServerHttp2Stream;
  readonly user: UserInfo;
  readonly userAgent: string;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

/** A request that a call makes; a stream of writes makes many. */
export interface RequestCall extends GrpcCall {
  readonly counted: CountedRequest;
}
