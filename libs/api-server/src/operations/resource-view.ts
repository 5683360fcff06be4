import { CachedObject } from '../cache/cached-object';
import type { ApiObject, Resource } from '@skiff/apimachinery';
import { notFound } from '../registry/errors';
import { readSelection } from '../registry/selection';
import type { ListOptions } from './list-options';
import type { ListPage } from './lists';

/** Objects that are not stored, but made up whenever somebody asks for them. */
export interface ResourceView {
  list(): Promise<ApiObject[]>;
}

const shown = ({ kind }: Resource, object: ApiObject): CachedObject =>
  new CachedObject(kind, '', object, 0n, undefined);

/** Who lists the objects of a resource that is not stored, by the resource. */
export type Views = ReadonlyMap<Resource, ResourceView>;

/** One object of a view. Throws NotFound. */
export async function getViewed(definition: Resource, view: ResourceView, name: string): Promise<CachedObject> {
  const found = (await view.list()).find(({ metadata }) => metadata?.name === name);
  if (!found) throw notFound(definition.kind, name);
  return shown(definition, found);
}

/** The objects of a view that the selectors match. */
export async function listViewed(
  definition: Resource,
  view: ResourceView,
  { labelSelector, fieldSelector }: ListOptions,
): Promise<ListPage> {
  const { matches } = readSelection(definition, labelSelector, fieldSelector);
  const objects = await view.list();
  const items = (matches ? objects.filter((object) => matches(object)) : objects).map((object) =>
    shown(definition, object),
  );
  return { items, resourceVersion: 0n, continue: '', remainingItemCount: undefined };
}
