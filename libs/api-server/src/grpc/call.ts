import type { ServerHttp2Stream } from 'node:http2';
import type { UserInfo } from '../auth/user';

/** A gRPC call of somebody known. */
export interface GrpcCall {
  readonly stream: ServerHttp2Stream;
  readonly user: UserInfo;
  readonly userAgent: string;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}
