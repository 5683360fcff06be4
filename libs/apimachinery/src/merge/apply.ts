import type { metav1 } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import { sameValue } from '../object/same-value';
import type { JsonObject } from '../patch/json';
import type { ObjectSchema } from '../schema/object-schema';
import { areTooLong, hasTooManyFields } from './budget';
import { Changes } from './changes';
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
import { reconcileFields } from './reconcile-fields';
import type { Values } from './shape';
import { strip } from './unowned-fields';
import { onlyVersion, type Versions } from './versions';

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
  /** Other versions by which managers may name fields. Default: there are none. */
  readonly versions?: Versions;
}

export interface Applied {
  /** Yet to be read as its kind: what was applied is in it as it was sent. */
  readonly object: Values;
  readonly managedFields: metav1.ManagedFieldsEntry[] | undefined;
}

/**
 * Applies a configuration: its fields get their values and belong to its manager, and those that it had and no longer
 * mentions go, unless somebody else owns them. Rejects with Conflict for fields that others own, unless it is forced.
 * Upstream: merge/update.go of structured-merge-diff, and pkg/util/managedfields/internal of apimachinery.
 */
export async function applyConfiguration(application: Application): Promise<Applied> {
  const { schema, empty, config, manager, force, reset = {} } = application;
  const versions = application.versions ?? onlyVersion(manager.apiVersion, schema);
  const live = withoutManagers(application.live);
  const { time: _, ...own } = entryOf(manager, 'Apply');
  const known = reconciled(application.live.metadata?.managedFields, versions) ?? before(schema, live, empty, manager);
  const others = known.filter((entry) => !sameManager(entry, own) && versions.schemaOf(versionOf(entry)));
  const last = known.find((entry) => sameManager(entry, own));
  const mentioned = withoutBranches(fieldsOf(schema, config), reset);
  const merged = mergeObjects(schema, live as Values, config);
  const all = ownedIn([{ ...own, fieldsV1: mentioned }, ...others]);
  const object = last ? await pruned(merged, manager.apiVersion, { last, all }, versions) : merged;
  const changes = new Changes({ before: live, after: object, apiVersion: manager.apiVersion }, reset, versions);
  const owned = await Promise.all(others.map(async (entry) => ({ entry, change: await changes.in(versionOf(entry)) })));
  if (!force) requireNone(conflictsOf(owned), schema, live, manager);
  const entries: metav1.ManagedFieldsEntry[] = withoutTouched(owned);
  const fields = stripped(mentioned);
  if (!isEmptySet(fields))
    entries.push({ ...own, ...timeOf(last, manager, sameValue(live, object)), fieldsV1: fields });
  return {
    object: manager.name === migratingManager ? updateLastApplied(object, config) : object,
    managedFields: entries.length > 0 && !areTooLong(entries) ? order(entries) : undefined,
  };
}

/** The schema may have changed since they were noted. */
const reconciled = (
  entries: readonly metav1.ManagedFieldsEntry[] | undefined,
  versions: Versions,
): readonly metav1.ManagedFieldsEntry[] | undefined =>
  entries?.map((entry) => {
    const schema = versions.schemaOf(versionOf(entry));
    return schema ? { ...entry, fieldsV1: reconcileFields(schema, fieldsOfEntry(entry)) } : entry;
  });

const versionOf = ({ apiVersion = '' }: metav1.ManagedFieldsEntry): string => apiVersion;

function ownedIn(entries: readonly metav1.ManagedFieldsEntry[]): Map<string, FieldSet> {
  const byVersion = new Map<string, FieldSet[]>();
  for (const entry of entries) {
    const same = byVersion.get(versionOf(entry));
    if (same) same.push(fieldsOfEntry(entry));
    else byVersion.set(versionOf(entry), [fieldsOfEntry(entry)]);
  }
  return new Map([...byVersion].map(([version, sets]) => [version, unionOf(sets)]));
}

function pruned(
  merged: Values,
  apiVersion: string,
  { last, all }: { last: metav1.ManagedFieldsEntry; all: Map<string, FieldSet> },
  versions: Versions,
): Promise<Values> {
  const had = { apiVersion: versionOf(last), fields: fieldsOfEntry(last) };
  return pruneFields(merged, apiVersion, { last: had, all }, versions);
}

function stripped(mentioned: FieldSet): FieldSet {
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
  const kept = unchanged ? last?.time : time;
  return kept === undefined ? {} : { time: kept };
}

function withoutManagers(object: ApiObject): ApiObject {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
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

/** Another manager, and what changes in the version by which it names its fields. */
interface Touched {
  readonly entry: metav1.ManagedFieldsEntry;
  readonly change: Comparison;
}

const conflictsOf = (others: readonly Touched[]): Conflict[] => {
  const conflicts = others.map(({ entry, change }) => ({
    manager: entry,
    fields: intersection(fieldsOfEntry(entry), change.changed),
  }));
  const real = conflicts.filter(({ fields }) => !isEmptySet(fields));
  return order(real.map(({ manager }) => manager)).flatMap((one) => real.filter(({ manager }) => manager === one));
};

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
const withoutTouched = (others: readonly Touched[]): ManagerEntry[] =>
  others
    .map(({ entry, change: { changed, removed } }) => {
      const touched = isEmptySet(removed) ? changed : union(changed, removed);
      return { ...entry, fieldsV1: difference(fieldsOfEntry(entry), touched) };
    })
    .filter(({ fieldsV1 }) => !isEmptySet(fieldsV1));
