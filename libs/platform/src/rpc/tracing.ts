import {
  InterceptingCall,
  ServerInterceptingCall,
  type Interceptor,
  type Metadata,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { context, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { contextFrom, traceContextOf, type TraceContext } from '../telemetry/trace-context';

/** The trace context that a caller sent along. */
export function traceContextIn(metadata: Metadata): TraceContext | undefined {
  const [traceparent] = metadata.get('traceparent');
  const [tracestate] = metadata.get('tracestate');
  if (typeof traceparent !== 'string') return undefined;
  return typeof tracestate === 'string' ? { traceparent, tracestate } : { traceparent };
}

/** Sends the active span's context with each call, unless the caller has set one. */
export const clientTracing: Interceptor = (options, nextCall) =>
  new InterceptingCall(nextCall(options), {
    start(metadata, listener, next) {
      const current = traceContextOf();
      if (current?.traceparent !== undefined && metadata.get('traceparent').length === 0) {
        metadata.set('traceparent', current.traceparent);
        if (current.tracestate !== undefined) metadata.set('tracestate', current.tracestate);
      }
      next(metadata, listener);
    },
  });

/** Makes the caller's span the active one while a handler runs. */
export const serverTracing: ServerInterceptor = (_method, call) => {
  let active: Context = ROOT_CONTEXT;
  return new ServerInterceptingCall(call, {
    start(next) {
      next({
        onReceiveMetadata(metadata, forward) {
          active = contextFrom(traceContextIn(metadata));
          context.with(active, forward, undefined, metadata);
        },
        onReceiveMessage: (message, forward) => context.with(active, forward, undefined, message),
        onReceiveHalfClose: (forward) => context.with(active, forward),
      });
    },
  });
};
