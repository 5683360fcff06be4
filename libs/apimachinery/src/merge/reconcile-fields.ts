import type { ObjectSchema } from '../schema/object-schema';
import { isEmptySet, self, type FieldSet } from './field-set';
import { belowOf } from './remove-fields';
import { isNamedField, objectShape, type Shape } from './shape';

/**
 * A set as it would be had the schema always been as it is: who owned parts of what is owned whole by now owns it whole.
 * Who owned whole what is owned by its parts keeps that, and none of the parts.
 * Upstream: typed/reconcile_schema.go of structured-merge-diff.
 */
export const reconcileFields = (schema: ObjectSchema, fields: FieldSet): FieldSet =>
  reconcile(objectShape(schema), fields);

function reconcile(shape: Shape, fields: FieldSet): FieldSet {
  let reconciled: FieldSet | undefined;
  for (const element in fields) {
    const below = fields[element];
    const inner = element !== self && isKnown(shape, element) ? belowOf(shape, element) : undefined;
    if (!below || !inner || isEmptySet(below)) continue;
    const now = inner.type === 'atomic' ? {} : reconcile(inner, below);
    if (now !== below) (reconciled ??= { ...fields })[element] = now;
  }
  return reconciled ?? fields;
}

/** What a schema does not have any more stays as it was. */
const isKnown = (shape: Shape, element: string): boolean =>
  shape.type !== 'object' ||
  !element.startsWith('f:') ||
  shape.fields.has(element.slice(2)) ||
  !isNamedField(shape, element.slice(2));
