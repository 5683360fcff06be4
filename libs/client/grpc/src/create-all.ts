import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { StatusError, type ApiObject } from '@skiff/apimachinery';
import type { Creation } from '@skiff/client';
import type { ResourceId, skiffapiv1 } from '@skiff/contracts';
import { fromServiceError, fromStatus, traceContextOf } from '@skiff/platform';
import { unwrap, wrap } from './objects';

type Stream = ClientDuplexStream<skiffapiv1.WriteRequest, skiffapiv1.WriteResponse>;

/** Sends creations over a stream of writes and gathers what each came to; `refer` names the resource of an object. */
export async function createOverStream<T extends ApiObject>(
  stream: Stream,
  resource: ResourceId<T>,
  creations: readonly Creation<T>[],
  refer: (object: T) => skiffapiv1.ResourceRef,
  signal: AbortSignal | undefined,
): Promise<(T | StatusError)[]> {
  const abort = (): void => stream.cancel();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const results = new Array<T | StatusError | undefined>(creations.length);
  try {
    creations.forEach(({ object, trace = traceContextOf() }, index) =>
      stream.write({
        id: index,
        create: { resource: refer(object), object: wrap(resource, object) },
        ...(trace ? { trace: { traceparent: trace.traceparent ?? '', tracestate: trace.tracestate ?? '' } } : {}),
      }),
    );
    stream.end();
    for await (const { id = 0, object, status } of stream as AsyncIterable<skiffapiv1.WriteResponse>)
      results[id] = status ? fromStatus(status) : unwrap(resource, object);
  } catch (error) {
    throw signal?.aborted ? (signal.reason as Error) : fromServiceError(error as ServiceError);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  return results.map((result) => result ?? new StatusError(500, 'InternalError', 'the API server did not answer'));
}
