import type { handleBidiStreamingCall, handleServerStreamingCall, handleUnaryCall, Metadata } from '@grpc/grpc-js';
import { once } from 'node:events';
import type { PeerCertificate } from 'node:tls';
import { toServiceError } from './status';

/** What a handler may know of the call beyond its request. */
export interface CallContext {
  /** Aborts when the client is gone or its deadline has passed. */
  readonly signal: AbortSignal;
  readonly metadata: Metadata;
  /** "address:port" of the client. */
  readonly peer: string;
  /** The certificate that the client showed. */
  readonly certificate: PeerCertificate | undefined;
}

/** What the calls of grpc-js have in common. */
interface Call extends NodeJS.EventEmitter {
  readonly metadata: Metadata;
  getPeer(): string;
  getAuthContext(): { sslPeerCertificate?: PeerCertificate };
}

function contextOf(call: Call): CallContext {
  const abort = new AbortController();
  call.on('cancelled', () => abort.abort(new Error('the client has cancelled the call')));
  return {
    signal: abort.signal,
    metadata: call.metadata,
    peer: call.getPeer(),
    certificate: call.getAuthContext().sslPeerCertificate,
  };
}

/** A unary handler that returns its response or throws; any error becomes a Status. */
export function unary<Request, Response>(
  handle: (request: Request, context: CallContext) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const context = contextOf(call);
    handle(call.request, context).then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error)),
    );
  };
}

/** A handler that yields responses; the client's pace holds it back. */
export function serverStream<Request, Response>(
  handle: (request: Request, context: CallContext) => AsyncIterable<Response>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    const context = contextOf(call);
    void send(call, handle(call.request, context), context.signal);
  };
}

/** A handler that reads requests and yields responses, each at its own pace. */
export function duplex<Request, Response>(
  handle: (requests: AsyncIterable<Request>, context: CallContext) => AsyncIterable<Response>,
): handleBidiStreamingCall<Request, Response> {
  return (call) => {
    const context = contextOf(call);
    // Whoever has read all requests may still have responses to write.
    const requests: AsyncIterable<Request> = call.iterator({ destroyOnReturn: false });
    void send(call, handle(requests, context), context.signal);
  };
}

interface Sink<Response> extends NodeJS.EventEmitter {
  write(response: Response): boolean;
  end(): unknown;
}

async function send<Response>(
  call: Sink<Response>,
  responses: AsyncIterable<Response>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const response of responses) {
      if (signal.aborted) return;
      if (!call.write(response)) await once(call, 'drain', { signal });
    }
    call.end();
  } catch (error) {
    if (signal.aborted) return;
    // grpc-js ends the call with the status of an emitted error.
    call.emit('error', toServiceError(error));
  }
}
