import { apiVersionOf, type Kind } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import type { Resource } from './resource';
import type { Unsupported } from './unsupported';

/** What of a resource an object asks for without effect, as far as it was written through this subresource. */
export function unsupportedIn(
  { unsupported }: Pick<Resource, 'unsupported'>,
  object: ApiObject,
  subresource = '',
): readonly Unsupported[] {
  if (unsupported.length === 0) return unsupported;
  return unsupported.filter((row) => (row.subresource ?? '') === subresource && (row.applies?.(object) ?? true));
}

/** What whoever writes an object is told; nothing when all that it asks for was there before. */
export function unsupportedWarnings(
  resource: Resource,
  object: ApiObject,
  old: ApiObject | undefined,
  subresource: string,
): string[] {
  const rows = unsupportedIn(resource, object, subresource);
  if (rows.length === 0 || (old !== undefined && asked(old) === asked(object))) return [];
  return rows.map((row) => warningOf(resource.kind, row));
}

/** What whoever writes the object is told of one of them. */
export function warningOf(kind: Pick<Kind, 'group' | 'version' | 'kind'>, { field, why }: Unsupported): string {
  const what = field === '' ? `${apiVersionOf(kind)} ${kind.kind}` : `${field}:`;
  return `${what} has no effect in this cluster: ${why}`;
}

/** All of an object but its metadata and its status. */
const asked = (object: ApiObject): string => JSON.stringify({ ...object, metadata: undefined, status: undefined });
