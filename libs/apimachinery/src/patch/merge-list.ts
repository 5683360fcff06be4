import type { FieldSchema } from '../schema/object-schema';
import { directive } from './directives';
import { identifyBy, identityOf, inOrder, mergeKeyOf, requireOrder } from './element-order';
import { goTypeOf, printGoText, printGoValue } from './go-value';
import { isJsonObject, PatchError, type Json, type JsonObject } from './json';

/** How items of one list are merged. */
export type MergeItem = (target: JsonObject, patch: JsonObject) => JsonObject;

/** Merges a list as its field says: item by item, or the patch's in its place. */
export function mergeList(target: Json[], patch: Json[], field: FieldSchema, mergeItem: MergeItem): Json[] {
  if (!merges(field)) return patch;
  if (target.length === 0 && patch.length === 0) return target;
  const key = field.patchMergeKey;
  if (!requireAlike(target, patch)) {
    const merged = [...new Set([...target, ...patch])];
    return inOrder(merged, patch, target, identifyBy(undefined));
  }
  if (key === undefined) throw new PatchError('cannot merge lists without merge key for type struct', 'unexpected');
  const { list, rest, replaced } = followDirectives(target, patch as JsonObject[], key);
  const items = mergeItems(list, rest, key, mergeItem);
  return inOrder(items, replaced ? [] : rest, list, identifyBy(key));
}

/** Merges a list as mergeList, and orders it as the patch's `$setElementOrder` says. */
export function mergeOrderedList(
  target: Json[] | undefined,
  patch: Json[] | undefined,
  order: Json[],
  field: FieldSchema,
  mergeItem: MergeItem,
): Json[] {
  const key = merges(field) ? field.patchMergeKey : undefined;
  requireOrder(patch ?? [], order, key);
  requireAlike(target ?? [], patch ?? []);
  if ((target ?? patch ?? []).length + (patch ?? []).length === 0)
    throw new PatchError('no elements in any of the given slices', 'unexpected');
  const merged = target && patch ? mergeList(target, patch, field, mergeItem) : (target ?? patch ?? []);
  return inOrder(merged, order, target ?? [], identifyBy(key));
}

/** A list of scalars without those that a patch takes out; one that is no merged list is the patch's. */
export function deleteScalars(target: Json[], patch: Json[], field: FieldSchema): Json[] {
  if (!merges(field)) return patch;
  requireAlike(target, patch);
  const gone = new Set(patch);
  return target.filter((item) => !gone.has(item));
}

const merges = (field: FieldSchema): boolean => field.patchStrategy?.includes('merge') ?? false;

/** Whether two lists are of maps; throws PatchError unless all items of both are of one type. */
function requireAlike(target: Json[], patch: Json[]): boolean {
  const all = [...target, ...patch];
  const type = goTypeOf(all[0]);
  if (type === '[]interface {}') throw new PatchError('lists of lists are not supported', 'unprocessable');
  if (all.some((item) => item === null || goTypeOf(item) !== type))
    throw new PatchError(`list element types are not identical: ${printGoValue([target, patch])}`, 'unexpected');
  return type === 'map[string]interface {}';
}

/** Takes out what the patch deletes, and tells the patch's items with a directive from the rest. */
function followDirectives(
  target: Json[],
  patch: readonly JsonObject[],
  key: string,
): { list: Json[]; rest: JsonObject[]; replaced: boolean } {
  const identify = identifyBy(key);
  const rest: JsonObject[] = [];
  const gone = new Set<unknown>();
  let replaced = false;
  for (const item of patch) {
    if (!Object.hasOwn(item, directive)) rest.push(item);
    else if (item[directive] === 'delete') gone.add(identify(item));
    else if (item[directive] === 'replace') replaced = true;
    else if (item[directive] === 'merge')
      throw new PatchError('merging lists cannot yet be specified in the patch', 'unexpected');
    else throw unknownDirective(item);
  }
  if (replaced) return { list: rest, rest: [], replaced };
  const list = gone.size === 0 ? target : target.filter((item) => !gone.has(identityOf(keyOrNothing(item, key))));
  return { list, rest, replaced };
}

export const unknownDirective = (patch: JsonObject): PatchError =>
  new PatchError(
    `unknown patch type: ${printGoText(patch[directive] ?? null)} in map: ${printGoValue(patch)}`,
    'unexpected',
  );

/** An item of the list itself may lack the key. */
const keyOrNothing = (item: Json, key: string): Json | undefined => (isJsonObject(item) ? item[key] : undefined);

function mergeItems(list: readonly Json[], patch: readonly JsonObject[], key: string, mergeItem: MergeItem): Json[] {
  const result = [...list];
  const places = new Map<unknown, number>();
  for (const [place, item] of list.entries()) {
    const id = identityOf(keyOrNothing(item, key));
    if (id !== undefined && !places.has(id)) places.set(id, place);
  }
  for (const item of patch) {
    const id = identityOf(mergeKeyOf(item, key));
    const place = places.get(id);
    const old = place === undefined ? undefined : result[place];
    if (place !== undefined && isJsonObject(old)) result[place] = mergeItem(old, item);
    else places.set(id, result.push(item) - 1);
  }
  return result;
}
