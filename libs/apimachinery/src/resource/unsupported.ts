import { apiVersionOf, type Kind } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import type { Resource } from './resource';

/** How an object says itself that it has no effect: in its status, or by an event about it. */
export type Notice =
  | { readonly condition: { readonly type: string; readonly reason: string; readonly message: string } }
  | { readonly event: { readonly reason: string; readonly message: string } };

/** Something of a resource that the API takes, and that nothing in the cluster acts upon yet. */
export interface Unsupported<T = unknown> {
  /** The field, such as `spec.template`; empty for the whole kind. */
  readonly field: string;
  /** Why it has no effect, as the end of a sentence. */
  readonly why: string;
  /** The subresource through which it is asked for; default: the object itself. */
  readonly subresource?: string;
  readonly notice?: Notice;
  /** Which objects are meant; default: all of the kind. */
  applies?(object: T): boolean;
}

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
