import type { ApiObject } from '@skiff/apimachinery';

/** "namespace/name", or "name" for an object without a namespace. */
export function keyOf(object: ApiObject): string {
  const { namespace, name = '' } = object.metadata ?? {};
  return namespace ? `${namespace}/${name}` : name;
}
