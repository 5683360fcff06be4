import { child, type ErrorList } from '@skiff/apimachinery';
import type { Schema } from '@skiff/apiextensions-schema';
import { keyed } from './context';
import { validatePattern } from './pattern';

/** Keywords that only a structural schema itself may have, and what they have to be within a junctor. */
const forbidden: readonly (readonly [keyof Schema, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

/** Holds a schema within a junctor to constraining values alone. */
export function validateNested(schema: Schema, path: string, to: ErrorList): void {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern, items, properties } = schema;
  for (const [name, all] of [
    ['anyOf', anyOf],
    ['allOf', allOf],
    ['oneOf', oneOf],
  ] as const)
    for (const [index, inner] of all.entries()) validateNested(inner, `${child(path, name)}[${index}]`, to);
  if (not) validateNested(not, child(path, 'not'), to);
  if (pattern) validatePattern(pattern, child(path, 'pattern'), to);
  if (items !== undefined && !Array.isArray(items)) validateNested(items, child(path, 'items'), to);
  for (const [name, property] of Object.entries(properties ?? {}))
    validateNested(property, keyed(child(path, 'properties'), name), to);
  for (const [keyword, text] of forbidden) if (isThere(schema[keyword])) to.forbidden(child(path, keyword), text);
  if (properties && 'metadata' in properties)
    to.forbidden(keyed(child(path, 'properties'), 'metadata'), 'must not be specified in a nested context');
}

const isThere = (value: unknown): boolean =>
  value !== undefined && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0);
