import type { ApiObject, Resource, Table, ViewSubresource } from '@skiff/apimachinery';
import { CachedObject } from '../cache/cached-object';
import { conflict } from '../registry/errors';

/** Of what a request names: its resource, and its subresource, which is empty for the object itself. */
interface Named {
  readonly definition: Resource;
  readonly subresource: string;
}

export function viewOf({ definition, subresource }: Named): ViewSubresource<ApiObject> | undefined {
  const found = subresource === '' ? undefined : definition.subresources.get(subresource);
  return found?.type === 'view' ? found : undefined;
}

/** An object as the subresource of a request shows it. */
export function viewed(target: Named, cached: CachedObject): CachedObject {
  const view = viewOf(target);
  return view
    ? new CachedObject(view.kind, cached.key, view.read(cached.object), cached.revision, cached.trace)
    : cached;
}

/** What the answer of a request looks like as a table. */
export const tableOf = (target: Named): Table => viewOf(target)?.table ?? target.definition.table;

/** Other apiVersions in which the body of a request may say that it is. */
export function readAlsoOf({ definition, subresource }: Named): readonly string[] {
  const found = definition.subresources.get(subresource);
  return (found?.type === 'action' && found.readAlso) || [];
}

/** Fills the body of an action with its defaults. */
export function setDefaults({ definition, subresource }: Named, body: ApiObject): void {
  const found = subresource === '' ? definition : definition.subresources.get(subresource);
  if (found && 'defaults' in found) found.defaults?.(body);
}

/** Who sends a view of another version than there is has not seen what the object is now. */
export function requireSameVersion({ kind }: Resource, current: ApiObject, sent: ApiObject): void {
  const { resourceVersion } = sent.metadata ?? {};
  if (resourceVersion && resourceVersion !== current.metadata?.resourceVersion)
    throw conflict(kind, current.metadata?.name ?? '');
}
