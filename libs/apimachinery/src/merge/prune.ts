import type { ObjectSchema } from '../schema/object-schema';
import { contains, difference, intersection, isEmptySet, union, type FieldSet } from './field-set';
import { fieldsOf } from './fields-of';
import { removeFields, withNamedFields } from './remove-fields';
import type { Values } from './shape';
import { inVersion, type Versions } from './versions';

/** Who owns what of an object. */
export interface Owned {
  /** What the applier had before, and by which version it is named. */
  readonly last: { readonly apiVersion: string; readonly fields: FieldSet };
  /** What all have now, the applier included, by version. */
  readonly all: ReadonlyMap<string, FieldSet>;
}

/**
 * An object without what its applier had, no longer applies, and nobody else owns. What nobody ever owned stays.
 * Upstream: prune in merge/update.go of structured-merge-diff.
 *
 * @param apiVersion of the object.
 */
export async function pruneFields(
  merged: Values,
  apiVersion: string,
  { last, all }: Owned,
  versions: Versions,
): Promise<Values> {
  const schema = versions.schemaOf(last.apiVersion);
  if (!schema || isEmptySet(last.fields) || contains(all.get(last.apiVersion) ?? {}, last.fields)) return merged;
  const before = await inVersion(versions, merged, apiVersion, last.apiVersion);
  const removed = removeFields(schema, before, withNamedFields(schema, last.fields));
  const owned = await addOwned(before, removed, { last, all }, versions);
  const gone = difference(present(schema, before), present(schema, owned));
  const pruned = removeFields(schema, before, intersection(gone, withNamedFields(schema, last.fields)));
  return inVersion(versions, pruned, last.apiVersion, apiVersion);
}

const present = (schema: ObjectSchema, object: Values): FieldSet => withNamedFields(schema, fieldsOf(schema, object));

/** What was removed and yet belongs to somebody is put back, first in the version in which it was removed. */
async function addOwned(before: Values, removed: Values, { last, all }: Owned, versions: Versions): Promise<Values> {
  const others = [...all.keys()].filter((version) => version !== last.apiVersion);
  let kept = removed;
  let version = last.apiVersion;
  for (const next of [last.apiVersion, ...others]) {
    const schema = versions.schemaOf(next);
    const fields = all.get(next);
    if (!schema || !fields) continue;
    const whole = await inVersion(versions, before, last.apiVersion, next);
    const part = await inVersion(versions, kept, version, next);
    const left = union(present(schema, part), withNamedFields(schema, fields));
    kept = removeFields(schema, whole, difference(present(schema, whole), left));
    version = next;
  }
  return inVersion(versions, kept, version, last.apiVersion);
}
