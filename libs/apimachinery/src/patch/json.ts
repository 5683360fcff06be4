import { isNumber, setEntry, writeJson } from '@skiff/contracts';

/** Parsed JSON. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumber(value);

/** A member of its own: `__proto__` and `constructor` are names like others. */
export const memberOf = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Sets a member of its own, whatever its name. */
export const setMember: (object: JsonObject, key: string, value: Json) => void = setEntry;

/** Whether two JSON values are equal, whatever the order of their keys. */
export function jsonEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]))
  );
}

/** Text that JSON values have in common when they are equal, whatever the order of their keys. */
export function jsonKey(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(jsonKey).join(',')}]`;
  if (!isJsonObject(value)) return writeJson(value ?? null);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${jsonKey(value[name])}`).join(',')}}`;
}

/**
 * What a patch that cannot be applied is: a wrong document (400), one that does not fit the object
 * (422), one that asks for too much (413), or one that upstream never expected (500).
 */
export type PatchFault = 'malformed' | 'unprocessable' | 'too large' | 'unexpected';

/** A patch that cannot be applied; the message is upstream's. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  constructor(
    message: string,
    readonly fault: PatchFault = 'malformed',
  ) {
    super(message);
  }
}
