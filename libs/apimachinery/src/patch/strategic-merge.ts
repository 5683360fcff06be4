import { shortName, type FieldSchema, type ObjectSchema, type ValueSchema } from '../schema/object-schema';
import { deleteFrom, directive, listNameIn, retain, retainKeys, setOrder, withoutDirectives } from './directives';
import { badType } from './element-order';
import { isJsonObject, memberOf, PatchError, setMember, type Json, type JsonObject } from './json';
import { deleteScalars, mergeList, mergeOrderedList, unknownDirective, type MergeItem } from './merge-list';

/**
 * Applies a strategic merge patch to an object of a schema; the target stays as it is. Throws
 * PatchError with upstream's words.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
 */
export function applyStrategicMergePatch(target: JsonObject, patch: JsonObject, schema: ObjectSchema): JsonObject {
  return mergeObject(target, patch, membersOf(schema));
}

/** What the schema knows of an object's members; throws PatchError where it cannot know any. */
type FieldOf = (name: string) => FieldSchema;

/** What is known of the members of a value, or of those of its items. */
function membersOf(schema: ValueSchema): FieldOf {
  if (schema.type === 'list') return membersOf(schema.element);
  if (schema.type === 'map' || (schema.type !== 'object' && schema.name === undefined)) return fieldOfMap;
  const fields = schema.type === 'object' ? schema.fields : noFields;
  return (name) => {
    const field = fields.get(name);
    if (field) return field;
    const struct = shortName(schema.name ?? '');
    throw new PatchError(
      `unable to find api field in struct ${struct} for the json field ${JSON.stringify(name)}`,
      'unexpected',
    );
  };
}

const noFields: ReadonlyMap<string, FieldSchema> = new Map();

const fieldOfMap: FieldOf = () => {
  throw new PatchError('merging an object in json but data type is not struct, instead is: map', 'unexpected');
};

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
  return (target, patch) => mergeObject(target, patch, (fieldOf ??= membersOf(field.value)));
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
    return setMember(result, key, replaces ? value : mergeObject(before, value, membersOf(field.value)));
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
