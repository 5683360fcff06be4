import { child, type ErrorList } from '@skiff/apimachinery';
import type { Schema } from '@skiff/apiextensions-schema';
import { keyed, type Level } from './context';
import { validateNested } from './nested';
import { validatePattern } from './pattern';

/**
 * Holds a schema, and all that is in it, to being structural: of each value it says of which type it is.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go.
 */
export function validateStructural(schema: Schema, level: Level, path: string, to: ErrorList): void {
  const { items, properties, additionalProperties } = schema;
  if (schema.type === 'array' && items === undefined) to.required(child(path, 'items'), 'must be specified');
  if (items !== undefined && !Array.isArray(items)) validateStructural(items, 'item', child(path, 'items'), to);
  for (const [name, property] of Object.entries(properties ?? {}))
    validateStructural(property, 'field', keyed(child(path, 'properties'), name), to);
  if (typeof additionalProperties === 'object')
    validateStructural(additionalProperties, 'field', child(path, 'additionalProperties'), to);
  if (additionalProperties && level === 'root')
    to.forbidden(child(path, 'additionalProperties'), 'must not be used at the root');
  validateExtensions(schema, path, to);
  validateValues(schema, path, to);
  validateType(schema, level, path, to);
  validateMetaFields(schema, level, path, to);
}

function validateExtensions(schema: Schema, path: string, to: ErrorList): void {
  if (!schema['x-kubernetes-int-or-string']) return;
  for (const other of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    if (schema[other]) to.invalid(child(path, other), true, 'must be false if x-kubernetes-int-or-string is true');
}

function validateType(schema: Schema, level: Level, path: string, to: ErrorList): void {
  const { type } = schema;
  const at = child(path, 'type');
  const embedded = schema['x-kubernetes-embedded-resource'];
  const isFree = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  if (embedded && type !== 'object') {
    const text = 'must be object if x-kubernetes-embedded-resource is true';
    if (!type) to.required(at, text);
    else to.invalid(at, type, text);
  } else if (!type && !isFree) to.required(at, `must not be empty ${places[level]}`);
  if (embedded && schema.additionalProperties)
    to.forbidden(child(path, 'additionalProperties'), 'must not be used if x-kubernetes-embedded-resource is set');
  if (level === 'root' && type && type !== 'object') to.invalid(at, type, 'must be object at the root');
  if (embedded && !schema['x-kubernetes-preserve-unknown-fields'] && Object.keys(schema.properties ?? {}).length === 0)
    to.required(
      child(path, 'properties'),
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
    );
}

const places: Readonly<Record<Level, string>> = {
  root: 'at the root',
  item: 'for specified array items',
  field: 'for specified object fields',
};

/** What every object of Kubernetes has is known without a schema. */
function validateMetaFields(schema: Schema, level: Level, path: string, to: ErrorList): void {
  if (level !== 'root' && !schema['x-kubernetes-embedded-resource']) return;
  const at = (name: string): string => keyed(child(path, 'properties'), name);
  for (const name of ['kind', 'apiVersion']) {
    const property = schema.properties?.[name];
    if (property && property.type !== 'string')
      to.invalid(child(at(name), 'type'), property.type ?? '', 'must be string');
  }
  const metadata = schema.properties?.['metadata'];
  if (!metadata) return;
  if (metadata.type !== 'object') to.invalid(child(at('metadata'), 'type'), metadata.type ?? '', 'must be object');
  if (level === 'root' && saysMore(metadata))
    to.forbidden(
      at('metadata'),
      'must not specify anything other than name and generateName, but metadata is implicitly specified',
    );
}

function saysMore({ type: _, description: __, default: ___, properties = {}, ...rest }: Schema): boolean {
  const names = Object.keys(properties);
  return names.some((name) => name !== 'name' && name !== 'generateName') || Object.keys(rest).length > 0;
}

/** What is said of values beside their shape; of the forms of an integer or a text two may say which they are. */
function validateValues(schema: Schema, path: string, to: ErrorList): void {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  const isFree = schema['x-kubernetes-int-or-string'] === true;
  const skipsAny = isFree && isIntOrString(anyOf);
  const skipsFirst = isFree && isIntOrString(allOf[0]?.anyOf ?? []);
  if (!skipsAny)
    for (const [index, inner] of anyOf.entries()) validateNested(inner, `${child(path, 'anyOf')}[${index}]`, to);
  for (const [index, inner] of allOf.entries())
    validateNested(
      skipsFirst && index === 0 ? { ...inner, anyOf: [] } : inner,
      `${child(path, 'allOf')}[${index}]`,
      to,
    );
  for (const [index, inner] of oneOf.entries()) validateNested(inner, `${child(path, 'oneOf')}[${index}]`, to);
  if (not) validateNested(not, child(path, 'not'), to);
  if (pattern) validatePattern(pattern, child(path, 'pattern'), to);
}

const isIntOrString = (any: readonly Schema[]): boolean =>
  any.length === 2 &&
  any.every((inner, index) => inner.type === (index === 0 ? 'integer' : 'string') && Object.keys(inner).length === 1);
