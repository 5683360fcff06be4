import { isJsonObject, memberOf, PatchError, setMember, type Json, type JsonObject } from './json';

/** What to do with a map, or with an item of a list: `replace` or `delete`. */
export const directive = '$patch';
/** The members that an object keeps. */
export const retainKeys = '$retainKeys';
/** Before the name of a list of scalars: what to take out of it. */
export const deleteFrom = '$deleteFromPrimitiveList';
/** Before the name of a list: the order of what it has. */
export const setOrder = '$setElementOrder';

/** The name of the list that a member such as `$setElementOrder/containers` speaks of. */
export function listNameIn(member: string, prefix: string): string {
  const slash = member.indexOf('/');
  if (slash < 0 || member.slice(0, slash) !== prefix)
    throw new PatchError(`invalid patch format of ${prefix === setOrder ? 'setElementOrder list' : 'primitive list'}`);
  return member.slice(slash + 1);
}

/** Keeps of an object what the patch's `$retainKeys` names, if it has any. */
export function retain(target: JsonObject, patch: JsonObject): JsonObject {
  const names = memberOf(patch, retainKeys);
  if (names === undefined) return target;
  const kept = new Set(Array.isArray(names) ? names : []);
  const unnamed = Object.entries(patch).some(
    ([key, value]) =>
      value !== null && ![retainKeys, deleteFrom, setOrder].some((prefix) => key.startsWith(prefix)) && !kept.has(key),
  );
  if (!Array.isArray(names) || unnamed) throw new PatchError('invalid patch format of retainKeys');
  return Object.fromEntries(Object.entries(target).filter(([key]) => kept.has(key)));
}

/** A patch's value where there is nothing to merge it with: without nulls, and without what has a directive. */
export function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, directive)) return undefined;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const kept = item === null ? undefined : withoutDirectives(item);
    if (kept !== undefined) setMember(result, key, kept);
  }
  return result;
}
