import { child, type ErrorList } from '@skiff/apimachinery';
import type { Schema } from '@skiff/apiextensions-schema';
import { keyed } from './context';
import { validateListType } from './list-types';

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/**
 * Holds a schema, and all that is in it, to what upstream says of each of its keywords.
 * Upstream: ValidateCustomResourceDefinitionOpenAPISchema in
 * staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go.
 */
export function validateKeywords(schema: Schema, path: string, to: ErrorList): void {
  const { type, uniqueItems } = schema;
  if (type && !types.includes(type)) to.notSupported(child(path, 'type'), type, types);
  validateUnsupported(schema, path, to);
  if (uniqueItems)
    to.forbidden(
      child(path, 'uniqueItems'),
      'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    );
  validateAdditional(schema, path, to);
  for (const [at, inner] of partsOf(schema, path)) validateKeywords(inner, at, to);
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    to.invalid(child(path, 'x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined');
  validateMapType(schema, path, to);
  validateListType(schema, path, to);
}

/** Keywords of JSON schemas that structural ones do not have. */
function validateUnsupported(schema: Schema, path: string, to: ErrorList): void {
  const refuse = (keyword: keyof Schema): void => to.forbidden(child(path, keyword), `${keyword} is not supported`);
  if (schema.id) refuse('id');
  if (schema.additionalItems !== undefined) refuse('additionalItems');
  if (hasEntries(schema.patternProperties)) refuse('patternProperties');
  if (hasEntries(schema.definitions)) refuse('definitions');
  if (schema.dependencies !== undefined) refuse('dependencies');
  if (schema.$ref !== undefined) refuse('$ref');
  if (schema.type === 'null')
    to.forbidden(child(path, 'type'), 'type cannot be set to null, use nullable as an alternative');
  if (Array.isArray(schema.items) && schema.items.length > 0)
    to.forbidden(child(path, 'items'), 'items must be a schema object and not an array');
}

const hasEntries = (map: object | undefined): boolean => Object.keys(map ?? {}).length > 0;

function validateAdditional({ additionalProperties, properties }: Schema, path: string, to: ErrorList): void {
  if (additionalProperties === undefined || additionalProperties === true || !hasEntries(properties)) return;
  to.forbidden(child(path, 'additionalProperties'), 'additionalProperties and properties are mutual exclusive');
}

function validateMapType(schema: Schema, path: string, to: ErrorList): void {
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return;
  const text = 'must be object if x-kubernetes-map-type is specified';
  if (!schema.type) to.required(child(path, 'type'), text);
  else if (schema.type !== 'object') to.invalid(child(path, 'type'), schema.type, text);
  if (mapType !== 'atomic' && mapType !== 'granular')
    to.notSupported(child(path, 'x-kubernetes-map-type'), mapType, ['atomic', 'granular']);
}

/** The schemas that a schema has in it, with their paths. */
export function partsOf(schema: Schema, path: string): [string, Schema][] {
  const { additionalProperties, properties, items, not, allOf = [], oneOf = [], anyOf = [] } = schema;
  const listed = (name: string, all: readonly Schema[]): [string, Schema][] =>
    all.map((inner, index) => [`${child(path, name)}[${index}]`, inner]);
  return [
    ...(typeof additionalProperties === 'object'
      ? [[child(path, 'additionalProperties'), additionalProperties] as [string, Schema]]
      : []),
    ...Object.entries(properties ?? {}).map(([name, inner]): [string, Schema] => [
      keyed(child(path, 'properties'), name),
      inner,
    ]),
    ...(not ? [[child(path, 'not'), not] as [string, Schema]] : []),
    ...listed('allOf', allOf),
    ...listed('oneOf', oneOf),
    ...listed('anyOf', anyOf),
    ...(items === undefined || Array.isArray(items) ? [] : [[child(path, 'items'), items] as [string, Schema]]),
  ];
}
