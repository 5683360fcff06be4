import { isScalar, jsonFields, messageSchema, type FieldSchema } from '../schema/schema';
import { isJsonObject, type Json, jsonEqual, type JsonObject, memberOf, PatchError, setMember } from './json';

const directive = '$patch';
const retainKeys = '$retainKeys';
const deleteFrom = '$deleteFromPrimitiveList/';
const setOrder = '$setElementOrder/';

/** Applies a strategic merge patch to an object of a message; the target stays as it is. */
export function applyStrategicMergePatch(target: JsonObject, patch: JsonObject, message: string): JsonObject {
  return mergeObject(target, patch, message);
}

function fieldsOf(message: string | undefined): ReadonlyMap<string, FieldSchema> {
  return message && !messageSchema(message).codec ? jsonFields(message) : new Map<string, FieldSchema>();
}

/** The message whose fields a value of this field has; undefined for scalars and free-form JSON. */
function messageOf(field: FieldSchema | undefined): string | undefined {
  return field && !isScalar(field.type) && !messageSchema(field.type).codec ? field.type : undefined;
}

function mergeObject(target: JsonObject, patch: JsonObject, message: string | undefined): JsonObject {
  if (patch[directive] === 'replace') return without(patch, directive);
  if (patch[directive] === 'delete') return {};
  if (patch[directive] !== undefined && patch[directive] !== 'merge')
    throw new PatchError(
      `Unknown patch type found: ${String(patch[directive] as string)} in map: ${JSON.stringify(patch)}`,
    );
  const fields = fieldsOf(message);
  let result: JsonObject = { ...target };
  const retained = patch[retainKeys];
  if (Array.isArray(retained))
    result = Object.fromEntries(Object.entries(result).filter(([key]) => retained.includes(key)));
  for (const [key, value] of Object.entries(patch)) {
    if (key === directive || key === retainKeys || key.startsWith(setOrder)) continue;
    if (key.startsWith(deleteFrom)) deletePrimitives(result, key.slice(deleteFrom.length), value);
    else if (value === null) delete result[key];
    else setMember(result, key, mergeValue(memberOf(result, key), value, fields.get(key), patch[`${setOrder}${key}`]));
  }
  for (const key of Object.keys(patch)) {
    const name = key.slice(setOrder.length);
    if (key.startsWith(setOrder) && patch[name] === undefined && Array.isArray(result[name]))
      result[name] = mergeValue(result[name], [], fields.get(name), patch[key]);
  }
  return result;
}

const without = (object: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

function deletePrimitives(result: JsonObject, key: string, values: Json | undefined): void {
  const list = result[key];
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  result[key] = list.filter((item) => !values.some((value) => jsonEqual(item, value)));
}

function mergeValue(
  target: Json | undefined,
  patch: Json,
  field: FieldSchema | undefined,
  order: Json | undefined,
): Json {
  if (Array.isArray(patch)) return mergeList(Array.isArray(target) ? target : [], patch, field, order);
  if (!isJsonObject(patch)) return patch;
  const message = field?.label === 'map' ? undefined : messageOf(field);
  if (field?.label === 'map') return mergeMap(isJsonObject(target) ? target : {}, patch, field);
  if (field?.patchStrategy?.includes('replace')) return stripDirectives(patch);
  return mergeObject(isJsonObject(target) ? target : {}, patch, message);
}

function mergeMap(target: JsonObject, patch: JsonObject, field: FieldSchema): JsonObject {
  if (patch[directive] === 'replace') return without(patch, directive);
  if (patch[directive] === 'delete') return {};
  const result = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (key === directive) continue;
    const old = memberOf(result, key);
    if (value === null) delete result[key];
    else if (isJsonObject(value))
      setMember(result, key, mergeObject(isJsonObject(old) ? old : {}, value, messageOf(field)));
    else setMember(result, key, value);
  }
  return result;
}

/** A patch's own markers must not reach the object. */
function stripDirectives(value: Json): Json {
  if (Array.isArray(value)) return value.map(stripDirectives);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !key.startsWith('$') && item !== null)
      .map(([key, item]) => [key, stripDirectives(item)]),
  );
}

function mergeList(target: Json[], patch: Json[], field: FieldSchema | undefined, order: Json | undefined): Json[] {
  const merges = field?.patchStrategy?.includes('merge') ?? false;
  if (!merges)
    return patch.filter((item) => !(isJsonObject(item) && item[directive] !== undefined)).map(stripDirectives);
  const key = field?.patchMergeKey;
  const idOf = (item: Json): Json | undefined => (key && isJsonObject(item) ? item[key] : item);
  const list = key
    ? mergeKeyed(target, patch, key, messageOf(field))
    : [...target, ...patch.filter((item) => !target.some((old) => jsonEqual(old, item)))];
  const named = (Array.isArray(order) ? order : patch).map(idOf);
  return ordered(list, named, target.map(idOf), idOf);
}

function mergeKeyed(target: Json[], patch: Json[], key: string, message: string | undefined): Json[] {
  if (patch.some((item) => isJsonObject(item) && item[directive] === 'replace' && Object.keys(item).length === 1)) {
    return patch.filter((item) => !(isJsonObject(item) && item[directive] === 'replace')).map(stripDirectives);
  }
  let result = [...target];
  for (const item of patch) {
    if (!isJsonObject(item)) throw new PatchError(`expected an object in a list that is merged by ${key}`);
    const id = item[key];
    if (id === undefined) throw new PatchError(`map: ${goMap(item)} does not contain declared merge key: ${key}`);
    const same = (old: Json): boolean => isJsonObject(old) && jsonEqual(old[key], id);
    if (item[directive] === 'delete') result = result.filter((old) => !same(old));
    else {
      const position = result.findIndex(same);
      const old = result[position];
      if (isJsonObject(old)) result[position] = mergeObject(old, item, message);
      else result.push(mergeObject({}, item, message));
    }
  }
  return result;
}

const goMap = (item: JsonObject): string =>
  `map[${Object.entries(item)
    .map(([key, value]) => `${key}:${String(value as string)}`)
    .sort()
    .join(' ')}]`;

/**
 * Orders a merged list as upstream: what the patch names in the order of the patch, the rest in the
 * order that the list had, and of one from each the patch's first unless the list had the other before it.
 */
function ordered(
  list: readonly Json[],
  named: readonly (Json | undefined)[],
  before: readonly (Json | undefined)[],
  idOf: (item: Json) => Json | undefined,
): Json[] {
  const rank = (ids: readonly (Json | undefined)[], item: Json): number =>
    ids.findIndex((id) => jsonEqual(id, idOf(item)));
  const patched = list.filter((item) => rank(named, item) >= 0).sort((a, b) => rank(named, a) - rank(named, b));
  const others = list.filter((item) => rank(named, item) < 0);
  const result: Json[] = [];
  let next = 0;
  for (const item of others) {
    for (; next < patched.length; next += 1) {
      const candidate = patched[next] as Json;
      if (rank(before, candidate) >= 0 && rank(before, item) >= 0 && rank(before, item) < rank(before, candidate))
        break;
      result.push(candidate);
    }
    result.push(item);
  }
  return [...result, ...patched.slice(next)];
}
