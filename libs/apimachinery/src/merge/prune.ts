import type { ObjectSchema } from '../schema/object-schema';
import { contains, difference, intersection, isEmptySet, union, type FieldSet } from './field-set';
import { fieldsOf } from './fields-of';
import { removeFields, withNamedFields } from './remove-fields';
import type { Values } from './shape';

/** Who owns what of an object, in one version of the API. */
export interface Owned {
  /** What the applier had before. */
  readonly last: FieldSet;
  /** What all have now, the applier included. */
  readonly all: FieldSet;
}

/**
 * An object without what its applier had, no longer applies, and nobody else owns. What nobody ever owned stays.
 * Upstream: prune in merge/update.go of structured-merge-diff.
 */
export function pruneFields(schema: ObjectSchema, merged: Values, { last, all }: Owned): Values {
  if (isEmptySet(last) || contains(all, last)) return merged;
  const name = (fields: FieldSet): FieldSet => withNamedFields(schema, fields);
  const present = name(fieldsOf(schema, merged));
  const presentIn = (object: Values): FieldSet => name(fieldsOf(schema, object));
  const had = name(last);
  const left = presentIn(removeFields(schema, merged, had));
  const owned = removeFields(schema, merged, difference(present, union(left, name(all))));
  return removeFields(schema, merged, intersection(difference(present, presentIn(owned)), had));
}
