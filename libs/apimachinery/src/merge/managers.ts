import type { metav1 } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import type { ObjectSchema } from '../schema/object-schema';
import { areTooLong, hasTooManyFields, isSmall } from './budget';
import { compareObjects, differenceSignature } from './compare';
import { isReset, readManagers } from './read-managers';
import { difference, isEmptySet, self, SharedSets, sorted, union, unionOf, type FieldSet } from './field-set';

export interface Manager {
  readonly name: string;
  readonly subresource: string;
  /** The version of the API by which the fields are named. */
  readonly apiVersion: string;
  /** RFC 3339. */
  readonly time: string;
  /** How long is what it was made from, a request and the version before, in bytes; absent when that is not known. */
  readonly bytes?: number;
}

/** Fields of metadata that belong to nobody. */
const unowned = [
  'name',
  'namespace',
  'creationTimestamp',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
];
/** More entries than these made by updates are merged into one. */
const mostUpdaters = 10;
const mergedUpdaters = 'ancient-changes';

/**
 * The managedFields of an object after somebody changed it by a create, update or patch: the
 * writer owns what it changed, and nobody else does any more. Once nobody owns anything, nobody
 * will, and so it is with an object that has too many fields. Models upstream's field manager.
 *
 * @param before what is stored; for a creation, the empty object of the schema.
 */
export function manageUpdate(
  schema: ObjectSchema,
  before: ApiObject,
  after: ApiObject,
  manager: Manager,
): metav1.ManagedFieldsEntry[] | undefined {
  const known = knownManagers(before, after, manager);
  if (known.length === 0 && before.metadata?.uid) return undefined;
  if (!isSmall(manager.bytes) && (hasTooManyFields(schema, after) || areTooLong(known))) return undefined;
  if (known.length === 0) {
    const fields = firstFields(schema, before, after);
    return isEmptySet(fields) ? undefined : [entryOf(manager, fields)];
  }
  const { changed, removed } = compareObjects(schema, before, after);
  for (const set of [changed, removed]) strip(set);
  if (isEmptySet(changed) && isEmptySet(removed)) return known.length ? known : undefined;

  const touched = isEmptySet(removed) ? changed : union(changed, removed);
  const own = entryOf(manager);
  const entries: metav1.ManagedFieldsEntry[] = [];
  let ownFields = changed;
  for (const entry of known) {
    const fields = (entry.fieldsV1 ?? {}) as FieldSet;
    if (sameManager(entry, own)) {
      ownFields = union(difference(fields, removed), changed);
      if (isEmptySet(changed)) own.time = entry.time ?? own.time;
      continue;
    }
    const left = difference(fields, touched);
    if (!isEmptySet(left)) entries.push({ ...entry, fieldsV1: left });
  }
  if (!isEmptySet(ownFields)) entries.push({ ...own, fieldsV1: sorted(ownFields) });
  const all = order(capped(entries));
  return all.length && !areTooLong(all) ? all : undefined;
}

function entryOf(
  { name, apiVersion, time, subresource }: Manager,
  fieldsV1: FieldSet = {},
): metav1.ManagedFieldsEntry & { readonly fieldsV1: FieldSet } {
  return {
    manager: name || 'unknown',
    operation: 'Update',
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource ? { subresource } : {}),
  };
}

/** Most objects are made like others before them, by the same template: their sets of fields are found, not computed. */
const firstSets = new SharedSets();

/** The fields that the first manager of an object owns. */
function firstFields(schema: ObjectSchema, before: ApiObject, after: ApiObject): FieldSet {
  const compute = (): FieldSet => {
    const { changed } = compareObjects(schema, before, after);
    strip(changed);
    return changed;
  };
  const signature = differenceSignature(schema, before, after);
  return signature === undefined ? sorted(compute()) : firstSets.get(signature, compute);
}

/** Those that were sent, where the object itself was; those that are stored, where none were sent that can be read. */
function knownManagers(before: ApiObject, after: ApiObject, { subresource }: Manager): metav1.ManagedFieldsEntry[] {
  const stored = before.metadata?.managedFields ?? [];
  const sent = subresource ? undefined : after.metadata?.managedFields;
  if (!sent || sent === stored) return stored;
  return isReset(sent) ? [] : (readManagers(sent) ?? stored);
}

function strip(set: FieldSet): void {
  delete set['f:apiVersion'];
  delete set['f:kind'];
  const { [self]: _, ...metadata } = set['f:metadata'] ?? {};
  for (const name of unowned) delete metadata[`f:${name}`];
  if (isEmptySet(metadata)) delete set['f:metadata'];
  else set['f:metadata'] = metadata;
}

function sameManager(a: metav1.ManagedFieldsEntry, b: metav1.ManagedFieldsEntry): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    (a.subresource ?? '') === (b.subresource ?? '')
  );
}

/** Appliers first, then by time, name, version and subresource. */
function order(entries: readonly metav1.ManagedFieldsEntry[]): metav1.ManagedFieldsEntry[] {
  const keyed = entries.map((entry) => ({ entry, key: sortKey(entry) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ entry }) => entry);
}

const sortKey = ({ operation, time, manager, apiVersion, subresource }: metav1.ManagedFieldsEntry): string =>
  [operation, time, manager, apiVersion, subresource ?? ''].join('\0');

/** Objects that many have updated keep the newest of them and one entry for the rest. */
function capped(entries: readonly metav1.ManagedFieldsEntry[]): readonly metav1.ManagedFieldsEntry[] {
  const updates = order(entries.filter((entry) => entry.operation === 'Update'));
  const surplus = updates.length - mostUpdaters;
  if (surplus <= 0) return entries;
  return [
    ...entries.filter((entry) => entry.operation !== 'Update'),
    ...merged(updates.slice(0, surplus + 1)),
    ...updates.slice(surplus + 1),
  ];
}

/** One entry for all of a version. */
function merged(entries: readonly metav1.ManagedFieldsEntry[]): metav1.ManagedFieldsEntry[] {
  const byVersion = new Map<string, metav1.ManagedFieldsEntry[]>();
  for (const entry of entries) {
    const same = byVersion.get(entry.apiVersion ?? '');
    if (same) same.push(entry);
    else byVersion.set(entry.apiVersion ?? '', [entry]);
  }
  return [...byVersion.values()].map((same) => {
    const fields = unionOf(same.map(({ fieldsV1 }) => (fieldsV1 ?? {}) as FieldSet));
    const { subresource: _, ...newest } = same.at(-1) ?? {};
    return { ...newest, manager: mergedUpdaters, fieldsV1: sorted(fields) };
  });
}
