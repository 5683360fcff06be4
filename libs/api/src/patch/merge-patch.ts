import { isJsonObject, memberOf, setMember, type Json, type JsonObject } from './json';

/** Applies a JSON merge patch (RFC 7386); the target stays as it is. */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setMember(result, key, applyMergePatch(memberOf(result, key), value));
  }
  return result;
}
