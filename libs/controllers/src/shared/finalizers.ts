import type { ApiObject } from '@skiff/apimachinery';

/** A copy of an object with a finalizer more. */
export function withFinalizer<T extends ApiObject>(object: T, finalizer: string): T {
  const finalizers = [...(object.metadata?.finalizers ?? []), finalizer];
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/** A copy of an object without a finalizer. */
export function withoutFinalizer<T extends ApiObject>(object: T, finalizer: string): T {
  const finalizers = (object.metadata?.finalizers ?? []).filter((one) => one !== finalizer);
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

export const hasFinalizer = (object: ApiObject, finalizer: string): boolean =>
  object.metadata?.finalizers?.includes(finalizer) ?? false;
