import type { ApiObject } from '@skiff/apimachinery';
import type { ChangeHandlers } from './caches';
import type { Queue, Trace } from './queue';
import { keyOf } from './keys';

/** What is done about an object that changed. */
export type Wake<T> = (object: T, trace?: Trace) => void;

/** Has the object itself looked at. */
export function enqueue(queue: Queue): Wake<ApiObject> {
  return (object, trace) => queue.add(keyOf(object), trace);
}

/** Handlers that wake for an object when it comes, as it is after a change, and when it goes. */
export function onChange<T>(wake: Wake<T>): ChangeHandlers<T> {
  return { ...onWrite(wake), deleted: wake };
}

/** Handlers that wake for an object when it comes, and as it is after a change. */
export function onWrite<T>(wake: Wake<T>): ChangeHandlers<T> {
  return { added: wake, updated: (_old, object, trace) => wake(object, trace) };
}
