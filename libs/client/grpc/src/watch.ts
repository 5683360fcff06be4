import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { StatusError, type ApiObject } from '@skiff/apimachinery';
import type { WatchEvent } from '@skiff/client';
import { skiffapiv1, type ResourceId } from '@skiff/contracts';
import { fromServiceError, fromStatus } from '@skiff/platform';
import { unwrap } from './objects';
import type { Reachability } from './reachability';

const types = new Map<skiffapiv1.EventType | undefined, 'ADDED' | 'MODIFIED' | 'DELETED'>([
  [skiffapiv1.EventType.EVENT_TYPE_ADDED, 'ADDED'],
  [skiffapiv1.EventType.EVENT_TYPE_MODIFIED, 'MODIFIED'],
  [skiffapiv1.EventType.EVENT_TYPE_DELETED, 'DELETED'],
]);

/** The events of a watch stream, until the server or the signal ends it. */
export async function* watchEvents<T extends ApiObject>(
  resource: ResourceId<T>,
  stream: ClientReadableStream<skiffapiv1.WatchResponse>,
  signal: AbortSignal | undefined,
  reachability: Pick<Reachability, 'succeeded' | 'failed'>,
): AsyncIterable<WatchEvent<T>> {
  const abort = (): void => stream.cancel();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    if (signal?.aborted) return;
    for await (const response of stream as AsyncIterable<skiffapiv1.WatchResponse>) {
      reachability.succeeded();
      yield toEvent(resource, response);
    }
  } catch (error) {
    if (signal?.aborted) return;
    const failure = isServiceError(error) ? fromServiceError(error) : error;
    reachability.failed(failure);
    throw failure;
  } finally {
    signal?.removeEventListener('abort', abort);
    stream.cancel();
  }
}

function toEvent<T>(resource: ResourceId<T>, response: skiffapiv1.WatchResponse): WatchEvent<T> {
  const resourceVersion = response.resourceVersion ?? '';
  if (response.type === skiffapiv1.EventType.EVENT_TYPE_BOOKMARK) return { type: 'BOOKMARK', resourceVersion };
  const type = types.get(response.type);
  if (!type) throw fromStatus(response.status ?? { code: 500, message: 'the watch ended with an unknown event' });
  return {
    type,
    object: unwrap(resource, response.object),
    resourceVersion,
    ...(response.trace ? { trace: response.trace } : {}),
  };
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && !(error instanceof StatusError) && 'code' in error && 'details' in error;
}
