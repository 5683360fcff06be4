import { child, ErrorList } from '@skiff/apimachinery';
import { validateRules, type Schema } from '@skiff/apiextensions-schema';
import { validateDefaults } from '../structural/defaults';
import { validateKeywords } from '../structural/keywords';
import { validateStructural } from '../structural/structural';

/** Keywords of the root of a schema of which the status, whose part is taken out of it, loses nothing; as upstream names them. */
const rootKeywords: Readonly<Record<string, string>> = {
  description: 'Description',
  type: 'Type',
  format: 'Format',
  title: 'Title',
  maximum: 'Maximum',
  exclusiveMaximum: 'ExclusiveMaximum',
  minimum: 'Minimum',
  exclusiveMinimum: 'ExclusiveMinimum',
  maxLength: 'MaxLength',
  minLength: 'MinLength',
  pattern: 'Pattern',
  maxItems: 'MaxItems',
  minItems: 'MinItems',
  uniqueItems: 'UniqueItems',
  multipleOf: 'MultipleOf',
  required: 'Required',
  items: 'Items',
  properties: 'Properties',
  externalDocs: 'ExternalDocs',
  example: 'Example',
  'x-kubernetes-preserve-unknown-fields': 'XPreserveUnknownFields',
  'x-kubernetes-validations': 'XValidations',
};

export interface SchemaRules {
  /** Whether the status is written by a subresource of its own. */
  readonly hasStatus: boolean;
  /** Whether the schema has to be structural: those that were stored before that was asked need not be. */
  readonly requiresStructure: boolean;
}

/** Holds the schema of a version to upstream's rules. */
export function validateSchema(schema: Schema, path: string, rules: SchemaRules, to: ErrorList): void {
  if (rules.hasStatus) validateRoot(schema, path, to);
  if (schema.nullable) to.forbidden(child(path, 'nullable'), 'nullable cannot be true at the root');
  const before = to.count;
  validateKeywords(schema, path, to);
  if (!rules.requiresStructure) return;
  const odd = schemaKeyword(schema);
  if (odd !== undefined) {
    // What upstream cannot read is only told when nothing else is.
    if (to.count === before) to.invalid(path, '', `OpenAPIV3Schema '${odd}' is not supported`);
    return;
  }
  const structural = new ErrorList();
  validateStructural(schema, 'root', path, structural);
  if (structural.count > 0) to.adopt(structural);
  else if (to.count === before) {
    validateRules(schema, path, to);
    if (to.count === before) validateDefaults(schema, path, to);
  }
}

/** Whether a schema is structural. */
export function isStructural(schema: Schema): boolean {
  const found = new ErrorList();
  validateKeywords(schema, '', found);
  if (found.count === 0) validateStructural(schema, 'root', '', found);
  return found.count === 0;
}

function validateRoot(schema: Schema, path: string, to: ErrorList): void {
  if (schema.type && schema.type !== 'object') {
    to.invalid(
      child(path, 'type'),
      schema.type,
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled',
    );
    return;
  }
  const given = Object.entries(schema).filter(([, value]) => value !== undefined && value !== false && value !== '');
  if (given.every(([name]) => name in rootKeywords)) return;
  to.invalid(
    path,
    schema,
    `only [${Object.values(rootKeywords).join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`,
  );
}

/** A keyword that upstream's structural schemas have no place for. */
function schemaKeyword(schema: Schema): string | undefined {
  if (schema.$schema) return 'schema';
  const { items, properties = {}, additionalProperties } = schema;
  const parts = [
    ...Object.values(properties),
    ...(items === undefined || Array.isArray(items) ? [] : [items]),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ];
  for (const part of parts) {
    const found = schemaKeyword(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
