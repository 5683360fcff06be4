import type { ApiObject } from '@skiff/apimachinery';
import type { ObjectKey } from '@skiff/client';

export { keyOf } from '@skiff/client';

/** The queue key for a namespace and name. */
export function keyFrom(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** The namespace and name that a queue key stands for. */
export function parseKey(key: string): ObjectKey {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Namespace and name of an object, to call the API with. */
export function objectKey(object: ApiObject): ObjectKey {
  return { namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' };
}
