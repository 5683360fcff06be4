import { child, type ErrorList } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';
import type { Schema } from '@skiff/apiextensions-schema';

const mostFields = 8;
const types: ReadonlySet<string | undefined> = new Set(['string', 'boolean', 'integer']);

/** Upstream: ValidateCustomResourceSelectableFields. */
export function validateSelectableFields(
  fields: readonly apiextensionsv1.SelectableField[],
  schema: Schema | undefined,
  path: string,
  to: ErrorList,
): void {
  const seen = new Set<string>();
  for (const [index, { jsonPath = '' }] of fields.entries()) {
    const at = child(`${path}[${index}]`, 'jsonPath');
    if (jsonPath === '') {
      to.required(at);
      continue;
    }
    if (seen.has(jsonPath)) to.duplicate(at, jsonPath);
    else validateField(jsonPath, schema ?? {}, at, to);
    seen.add(jsonPath);
  }
  if (fields.length > mostFields) to.tooMany(path, fields.length, mostFields);
}

function validateField(jsonPath: string, schema: Schema, path: string, to: ErrorList): void {
  const refuse = (why: string): void => to.invalid(path, jsonPath, `is an invalid path: ${why}`);
  if (jsonPath.includes('[')) return refuse('array notation is not allowed');
  const [first = '', ...names] = jsonPath.split('.');
  if (first !== '') return refuse(`expected [ or . but got: ${first}`);
  const found = names[0] === 'metadata' ? undefined : fieldAt(schema, names);
  if (!found) return refuse('does not refer to a valid field');
  if (!types.has(found.type))
    to.invalid(
      path,
      jsonPath,
      'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
    );
}

function fieldAt(schema: Schema, names: readonly string[]): Schema | undefined {
  let at: Schema | undefined = schema;
  for (const name of names) {
    const { properties, additionalProperties }: Schema = at ?? {};
    const named: Schema | undefined = Object.hasOwn(properties ?? {}, name) ? properties?.[name] : undefined;
    at = named ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
  }
  return at;
}
