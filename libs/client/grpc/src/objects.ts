import type { Kind, skiffobjectv1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';

/** An object as the one field of the oneof that carries its kind. */
export function wrap<T>(kind: Kind<T>, object: T): skiffobjectv1.Object {
  return { [kind.objectField]: object };
}

/** The object in a response that must carry this kind. */
export function unwrap<T>(kind: Kind<T>, object: skiffobjectv1.Object | undefined): T {
  const value = object?.[kind.objectField];
  if (value === undefined)
    throw new StatusError(500, 'InternalError', `the API server answered without a ${kind.kind}`);
  // The field that the kind names holds a message of that kind.
  return value as T;
}
