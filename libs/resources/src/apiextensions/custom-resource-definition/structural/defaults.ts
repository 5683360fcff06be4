import { child, sameValue, type ErrorList } from '@skiff/apimachinery';
import {
  compileListTypes,
  compileRuleValidator,
  compileValidator,
  isFields,
  prune,
  structureOf,
  validateEmbedded,
  type Schema,
} from '@skiff/apiextensions-schema';
import { partsOf } from './keywords';

/**
 * Holds the defaults of a structural schema to that schema: nobody may be given what he would not be let write.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go.
 */
export function validateDefaults(schema: Schema, path: string, to: ErrorList): void {
  const initial = schema.default ?? null;
  if (initial !== null) validateDefault(schema, initial, child(path, 'default'), to);
  const { not: _, allOf: __, anyOf: ___, oneOf: ____, ...shape } = schema;
  for (const [at, inner] of partsOf(shape, path)) validateDefaults(inner, at, to);
}

function validateDefault(schema: Schema, initial: unknown, path: string, to: ErrorList): void {
  const structure = structureOf(schema);
  const before = to.count;
  if (!sameValue(pruned(initial, schema), initial)) return to.invalid(path, initial, 'must not have unknown fields');
  validateEmbedded(initial, structure, path, to);
  if (to.count > before) return;
  compileValidator(schema)(initial, to, { field: path });
  compileListTypes(schema)?.(initial, path, to);
  if (to.count === before) compileRuleValidator(schema, false)?.(initial, path, to);
}

/** The value as an object would have it. */
function pruned(value: unknown, schema: Schema): unknown {
  const around = structureOf({ type: 'object', properties: { value: schema } });
  const kept = prune({ value }, around, [])['value'];
  return isFields(value) || Array.isArray(value) ? kept : value;
}
