import { isScalar, jsonFields, messageSchema, type FieldSchema } from '../schema/schema';
import { deleteFrom, directive, listNameIn, retain, retainKeys, setOrder, withoutDirectives } from './directives';
import { badType } from './element-order';
import { isJsonObject, memberOf, PatchError, setMember, type Json, type JsonObject } from './json';
import { deleteScalars, mergeList, mergeOrderedList, unknownDirective, type MergeItem } from './merge-list';

/**
 * Applies a strategic merge patch to an object of a message; the target stays as it is. Throws
 * PatchError with upstream's words.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
 */
export function applyStrategicMergePatch(target: JsonObject, patch: JsonObject, message: string): JsonObject {
  return mergeObject(target, patch, structOf(message));
}

/** What the schema knows of an object's members; throws PatchError where it cannot know any. */
type FieldOf = (name: string) => FieldSchema;

function structOf(message: string): FieldOf {
  const { codec } = messageSchema(message);
  const fields = codec ? new Map<string, FieldSchema>() : jsonFields(message);
  return (name) => {
    const field = fields.get(name);
    if (field) return field;
    const struct = message.slice(message.lastIndexOf('.') + 1);
    throw new PatchError(
      `unable to find api field in struct ${struct} for the json field ${JSON.stringify(name)}`,
      'unexpected',
    );
  };
}

const fieldOfMap: FieldOf = () => {
  throw new PatchError('merging an object in json but data type is not struct, instead is: map', 'unexpected');
};

/** What is known of the members of a field's value, or of its items' members. */
const membersOf = (field: FieldSchema): FieldOf =>
  field.label === 'map' || isScalar(field.type) ? fieldOfMap : structOf(field.type);

function mergeObject(target: JsonObject, patch: JsonObject, fieldOf: FieldOf): JsonObject {
  if (Object.hasOwn(patch, directive)) return followDirective(patch);
  const result = { ...retain(target, patch) };
  const done = mergeOrderedLists(result, patch, fieldOf);
  for (const key of Object.keys(patch)) {
    if (key === retainKeys || key.startsWith(setOrder) || done.has(key)) continue;
    const value = memberOf(patch, key) ?? null;
    if (key.startsWith(deleteFrom)) deleteMembers(result, listNameIn(key, deleteFrom), value, fieldOf);
    else if (value === null) delete result[key];
    else mergeMember(result, key, value, fieldOf);
  }
  return result;
}

function followDirective(patch: JsonObject): JsonObject {
  const { [directive]: what, ...rest } = patch;
  if (what === 'replace') return rest;
  if (what === 'delete') return {};
  throw unknownDirective(patch);
}

const none: ReadonlySet<string> = new Set();

/** Merges the lists whose order the patch gives, and tells which these are. */
function mergeOrderedLists(result: JsonObject, patch: JsonObject, fieldOf: FieldOf): ReadonlySet<string> {
  let done = none;
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(setOrder)) continue;
    const order = memberOf(patch, key) ?? null;
    if (!Array.isArray(order)) throw badType('[]interface {}', order);
    const name = listNameIn(key, setOrder);
    const before = listAt(result, name);
    const list = listAt(patch, name);
    const field = fieldOf(name);
    if (!before && !list) continue;
    const added = before ? list : (withoutDirectives(list ?? []) as Json[]);
    setMember(result, name, mergeOrderedList(before, added, order, field, itemsOf(field)));
    done = new Set([...done, name]);
  }
  return done;
}

function listAt(object: JsonObject, name: string): Json[] | undefined {
  const value = memberOf(object, name);
  if (value === undefined || Array.isArray(value)) return value;
  throw badType('[]interface {}', value);
}

function itemsOf(field: FieldSchema): MergeItem {
  let fieldOf: FieldOf | undefined;
  return (target, patch) => mergeObject(target, patch, (fieldOf ??= membersOf(field)));
}

function mergeMember(result: JsonObject, key: string, value: Json, fieldOf: FieldOf): void {
  const before = memberOf(result, key);
  if (Array.isArray(before) && Array.isArray(value)) {
    const field = fieldOf(key);
    return setMember(result, key, mergeList(before, value, field, itemsOf(field)));
  }
  if (isJsonObject(before) && isJsonObject(value)) {
    const field = fieldOf(key);
    const replaces = field.patchStrategy?.includes('replace') ?? false;
    return setMember(result, key, replaces ? value : mergeObject(before, value, membersOf(field)));
  }
  const kept = withoutDirectives(value);
  if (kept === undefined) delete result[key];
  else setMember(result, key, kept);
}

/** Takes scalars out of a list; of one that is not there, and where the patch has no list, nothing. */
function deleteMembers(result: JsonObject, name: string, value: Json, fieldOf: FieldOf): void {
  const before = memberOf(result, name);
  if (value === null) delete result[name];
  else if (Array.isArray(before) && Array.isArray(value))
    setMember(result, name, deleteScalars(before, value, fieldOf(name)));
}
