import { goTypeOfJson } from '../normalize/problem';
import type { Opened } from './go-value';
import { isJsonObject, memberOf, PatchError, setMember, type Json, type JsonObject } from './json';

/**
 * Applies a JSON merge patch (RFC 7386) to an object; the target stays as it is.
 *
 * Upstream: gopkg.in/evanphx/json-patch.v4, which takes no patches but objects.
 *
 * @param opened takes the objects of the result that the patch reached into.
 */
export function applyMergePatch(target: Json | undefined, patch: Json, opened: Opened = new WeakSet()): JsonObject {
  if (patch === null) throw new PatchError('Invalid JSON Patch');
  if (!isJsonObject(patch))
    throw new PatchError(
      `error decoding patch: json: cannot unmarshal ${goTypeOfJson(patch)} into Go value of type map[string]interface {}`,
    );
  return mergeObject(target, patch, opened);
}

function mergeObject(target: Json | undefined, patch: JsonObject, opened: Opened): JsonObject {
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  opened.add(result);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setMember(result, key, isJsonObject(value) ? mergeObject(memberOf(result, key), value, opened) : value);
  }
  return result;
}
