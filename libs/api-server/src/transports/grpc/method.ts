import type { ServerHttp2Stream } from 'node:http2';
import { StatusError } from '@skiff/apimachinery';
import type { RequestInfo } from '../../request/request-info';
import type { Request } from '../../request/request';
import type { SendAnswer } from './reply';

/** A method of a service. */
export interface GrpcMethod {
  /** The method by which REST is asked for the same. */
  readonly method: string;
  /** Whether a call goes on for as long as its client wants. */
  readonly lasts: boolean;
  /** Whether a call brings requests of its own. */
  readonly isDoor?: boolean;
  /** What a call is about, as far as that is known before its message is read. */
  readonly info: RequestInfo;
  begin(stream: ServerHttp2Stream): GrpcCall;
}

/** One call of a method. */
export interface GrpcCall {
  /** Reads what it is about: see `Request`. */
  readonly read?: (request: Request) => Promise<void>;
  readonly answer: SendAnswer;
}

/** What a call is about whose message is not read yet. */
export const unread: RequestInfo = { resourceRequest: false, verb: '', path: '' };

/** Who may look at a path may ask what stands there over gRPC, too. */
export const lookingAt = (path: string): RequestInfo => ({ resourceRequest: false, verb: 'get', path });

/** Only those who are known are told what there is not. */
export const unknownMethod = (path: string): GrpcMethod => ({
  method: 'POST',
  lasts: false,
  info: unread,
  begin: () => ({
    read: () => Promise.reject(new StatusError(501, 'MethodNotAllowed', `${path} is not served`)),
    answer: () => Promise.resolve(undefined),
  }),
});
