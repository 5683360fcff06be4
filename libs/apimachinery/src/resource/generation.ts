import type { ApiObject } from '../object/api-object';
import { sameValue } from '../object/same-value';

/** Whether anything but metadata and status differs. */
export function specificationChanged(object: ApiObject, old: ApiObject): boolean {
  const rest = (value: ApiObject): object => ({ ...value, metadata: undefined, status: undefined });
  return !sameValue(rest(object), rest(old));
}
