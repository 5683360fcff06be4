import type { metav1 } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import { sameValue } from '../object/same-value';
import type { JsonObject } from '../patch/json';
import type { ObjectSchema } from '../schema/object-schema';
import { areTooLong, hasTooManyFields } from './budget';
import { compareObjects, type Comparison } from './compare';
import { applyConflict, type Conflict } from './conflicts';
import {
  difference,
  intersection,
  isEmptySet,
  sorted,
  union,
  unionOf,
  withoutBranches,
  type FieldSet,
} from './field-set';
import { fieldsOf } from './fields-of';
import { fieldsLastApplied, migratingManager, updateLastApplied } from './last-applied';
import { entryOf, fieldsOfEntry, order, sameManager, type Manager, type ManagerEntry } from './manager-entries';
import { mergeObjects } from './merge-values';
import { pruneFields } from './prune';
import type { Values } from './shape';
import { strip } from './unowned-fields';

/** Owns what was there before anybody applied. */
const beforeFirstApply = 'before-first-apply';

export interface Application {
  readonly schema: ObjectSchema;
  /** What is stored, with who manages it; for a creation, the empty object of the schema. */
  readonly live: ApiObject;
  /** The empty object of the schema. */
  readonly empty: ApiObject;
  /** What is applied: JSON that the schema has been seen to allow. */
  readonly config: JsonObject;
  readonly manager: Manager;
  /** Whether fields that others own are taken from them. */
  readonly force: boolean;
  /** What cannot be written this way, whatever is applied: nobody owns it for it. Default: nothing. */
  readonly reset?: FieldSet;
}

export interface Applied {
  /** Yet to be read as its kind: what was applied is in it as it was sent. */
  readonly object: Values;
  readonly managedFields: metav1.ManagedFieldsEntry[] | undefined;
}

/**
 * Applies a configuration: its fields get their values and belong to its manager, and those that it had and no longer
 * mentions go, unless somebody else owns them. Throws Conflict for fields that others own, unless it is forced.
 * Upstream: merge/update.go of structured-merge-diff, and pkg/util/managedfields/internal of apimachinery.
 */
export function applyConfiguration(application: Application): Applied {
  const { schema, empty, config, manager, force, reset = {} } = application;
  const live = withoutManagers(application.live);
  const { time: _, ...own } = entryOf(manager, 'Apply');
  const known = application.live.metadata?.managedFields ?? before(schema, live, empty, manager);
  const others = known.filter((entry) => !sameManager(entry, own));
  const last = known.find((entry) => sameManager(entry, own));
  const mentioned = withoutBranches(fieldsOf(schema, config), reset);
  const merged = mergeObjects(schema, live as Values, config);
  const all = unionOf([mentioned, ...others.map(fieldsOfEntry)]);
  const object = last ? pruneFields(schema, merged, { last: fieldsOfEntry(last), all }) : merged;
  const change = compared(schema, live, object, reset);
  const conflicts = conflictsOf(others, change);
  if (!force) requireNone(conflicts, schema, live, manager);
  const entries: metav1.ManagedFieldsEntry[] = withoutTouched(others, change);
  const fields = owned(mentioned);
  if (!isEmptySet(fields))
    entries.push({ ...own, ...timeOf(last, manager, sameValue(live, object)), fieldsV1: fields });
  return {
    object: manager.name === migratingManager ? updateLastApplied(object, config) : object,
    managedFields: entries.length > 0 && !areTooLong(entries) ? order(entries) : undefined,
  };
}

function owned(mentioned: FieldSet): FieldSet {
  const fields = sorted(mentioned);
  strip(fields);
  return fields;
}

/** Who changes nothing keeps the time at which they last did; there is none of who never did. */
function timeOf(
  last: metav1.ManagedFieldsEntry | undefined,
  { time }: Manager,
  unchanged: boolean,
): Pick<metav1.ManagedFieldsEntry, 'time'> {
  if (!unchanged) return { time };
  return last?.time === undefined ? {} : { time: last.time };
}

function withoutManagers(object: ApiObject): ApiObject {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

function compared(schema: ObjectSchema, live: ApiObject, object: Values, reset: FieldSet): Comparison {
  const { changed, removed } = compareObjects(schema, live, object);
  return { changed: withoutBranches(changed, reset), removed: withoutBranches(removed, reset) };
}

/** Where nobody is known to manage anything, somebody without a name has set what is there. */
function before(
  schema: ObjectSchema,
  live: ApiObject,
  empty: ApiObject,
  manager: Manager,
): readonly metav1.ManagedFieldsEntry[] {
  if (hasTooManyFields(schema, live)) return [];
  const { changed } = compareObjects(schema, empty, live);
  strip(changed);
  return isEmptySet(changed) ? [] : [entryOf({ ...manager, name: beforeFirstApply }, 'Update', sorted(changed))];
}

const conflictsOf = (others: readonly metav1.ManagedFieldsEntry[], { changed }: Comparison): Conflict[] =>
  order(others)
    .map((manager) => ({ manager, fields: intersection(fieldsOfEntry(manager), changed) }))
    .filter(({ fields }) => !isEmptySet(fields));

/** What kubectl applied from its side before is its own when it applies from the server's. */
function requireNone(conflicts: readonly Conflict[], schema: ObjectSchema, live: ApiObject, { name }: Manager): void {
  if (conflicts.length === 0) return;
  const allowed: FieldSet = name === migratingManager ? fieldsLastApplied(schema, live) : {};
  const left = conflicts
    .map(({ manager, fields }) => ({ manager, fields: difference(fields, allowed) }))
    .filter(({ fields }) => !isEmptySet(fields));
  if (left.length > 0) throw applyConflict(left);
}

/** What the other managers keep. */
function withoutTouched(
  others: readonly metav1.ManagedFieldsEntry[],
  { changed, removed }: Comparison,
): ManagerEntry[] {
  const touched = isEmptySet(removed) ? changed : union(changed, removed);
  return others
    .map((entry) => ({ ...entry, fieldsV1: difference(fieldsOfEntry(entry), touched) }))
    .filter(({ fieldsV1 }) => !isEmptySet(fieldsV1));
}
