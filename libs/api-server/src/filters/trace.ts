import { context, SpanStatusCode, type Attributes, type Context, type Span, type Tracer } from '@opentelemetry/api';
import { StatusError } from '@skiff/apimachinery';
import { contextFrom, contextWith, isTracing } from '@skiff/platform';
import type { Filter } from '../request/chain';
import type { Request } from '../request/request';

/** A span for each request, in the caller's trace or one of its own; undefined for a server that does not trace. */
export function trace(tracer: Tracer): Filter | undefined {
  if (!isTracing(tracer)) return undefined;
  return (next) => async (request) => {
    const { name, attributes } = nameOf(request);
    const parent = parentOf(request);
    const span = tracer.startSpan(name, { attributes }, parent);
    request.span = span;
    let code: number | undefined;
    try {
      // A trace that is not kept is not handed on: that costs something at every step. A watch, and a stream of
      // requests, go on long after what their trace is about.
      if (!span.isRecording() || !isPartOf(request)) return await next(request);
      return await context.with(contextWith(span, parent), next, undefined, request);
    } catch (error) {
      const failure = StatusError.from(error);
      ({ code } = failure);
      if (code >= 500) span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
      throw error;
    } finally {
      if (span.isRecording()) describe(span, request, code ?? request.reply.code);
      span.end();
    }
  };
}

function parentOf({ message }: Request): Context {
  const text = (name: string): string | undefined => {
    const value = message?.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return contextFrom({ traceparent: text('traceparent'), tracestate: text('tracestate') });
}

function nameOf({ protocol, method, path }: Request): { readonly name: string; readonly attributes: Attributes } {
  if (protocol !== 'grpc') return { name: `${method} ${path}`, attributes: { 'http.request.method': method } };
  return { name: path.slice(1), attributes: { 'rpc.method': path.slice(path.lastIndexOf('/') + 1) } };
}

/** Whether what a request does belongs to its trace. */
const isPartOf = ({ lasts, info }: Request): boolean => !lasts || (info.resourceRequest && info.verb !== 'watch');

function describe(span: Span, { user, served }: Request, code: number): void {
  span.setAttributes({ 'http.response.status_code': code, 'enduser.id': user.name });
  if (!served) return;
  const { verb, resource, namespace, name } = served;
  span.setAttributes({ 'skiff.verb': verb, 'k8s.resource': resource, 'k8s.namespace': namespace, 'k8s.name': name });
}
