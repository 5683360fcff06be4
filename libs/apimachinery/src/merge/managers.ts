import type { metav1 } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import type { ObjectSchema } from '../schema/object-schema';
import { areTooLong, hasTooManyFields, isSmall } from './budget';
import { compareObjects, differenceSignature } from './compare';
import { isReset, readManagers } from './read-managers';
import { strip } from './unowned-fields';
import { difference, isEmptySet, SharedSets, sorted, union, type FieldSet } from './field-set';
import { capped, entryOf, fieldsOfEntry, order, sameManager, type Updater } from './manager-entries';

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
  manager: Updater,
): metav1.ManagedFieldsEntry[] | undefined {
  const known = knownManagers(before, after, manager);
  if (known.length === 0 && before.metadata?.uid) return undefined;
  if (!isSmall(manager.bytes) && (hasTooManyFields(schema, after) || areTooLong(known))) return undefined;
  if (known.length === 0) {
    const fields = firstFields(schema, before, after);
    return isEmptySet(fields) ? undefined : [entryOf(manager, 'Update', fields)];
  }
  const { changed, removed } = compareObjects(schema, before, after);
  for (const set of [changed, removed]) strip(set);
  if (isEmptySet(changed) && isEmptySet(removed)) return owning(known);

  const touched = isEmptySet(removed) ? changed : union(changed, removed);
  const own = entryOf(manager, 'Update');
  const entries: metav1.ManagedFieldsEntry[] = [];
  let ownFields = changed;
  for (const entry of known) {
    const fields = fieldsOfEntry(entry);
    if (sameManager(entry, own)) {
      ownFields = union(difference(fields, removed), changed);
      if (isEmptySet(changed)) own.time = entry.time ?? own.time;
      continue;
    }
    const other = entry.apiVersion === manager.apiVersion ? undefined : manager.elsewhere?.get(entry.apiVersion ?? '');
    const left = difference(fields, other ? union(other.changed, other.removed) : touched);
    if (!isEmptySet(left)) entries.push({ ...entry, fieldsV1: left });
  }
  if (!isEmptySet(ownFields)) entries.push({ ...own, fieldsV1: sorted(ownFields) });
  const all = order(capped(entries));
  return all.length && !areTooLong(all) ? all : undefined;
}

/** Those who own anything: who is sent with nothing, or with what nobody understands, is forgotten. */
function owning(known: metav1.ManagedFieldsEntry[]): metav1.ManagedFieldsEntry[] | undefined {
  const ownsNothing = (entry: metav1.ManagedFieldsEntry): boolean => isEmptySet(fieldsOfEntry(entry));
  const left = known.some(ownsNothing) ? known.filter((entry) => !ownsNothing(entry)) : known;
  return left.length > 0 ? left : undefined;
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
function knownManagers(before: ApiObject, after: ApiObject, { subresource }: Updater): metav1.ManagedFieldsEntry[] {
  const stored = before.metadata?.managedFields ?? [];
  const sent = subresource ? undefined : after.metadata?.managedFields;
  if (!sent || sent === stored) return stored;
  return isReset(sent) ? [] : (readManagers(sent) ?? stored);
}
