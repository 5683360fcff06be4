import { ExactInteger, isNumber } from '@skiff/contracts';
import type { Schema } from '../structure/structure';
import type { Check } from './check';
import { shouldHaveType } from './failure';

/** What a value is, by the names that schemas use. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isNumber(value)) return isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** Beyond 64 bits a number is no integer to upstream. */
function isInteger(value: unknown): boolean {
  if (value instanceof ExactInteger) return value.isInt64;
  return Number.isInteger(value) && Math.abs(value as number) < 2 ** 63;
}

/** The types that a schema allows; none when it allows all. */
export function typesOf(schema: Schema): readonly string[] {
  if (schema['x-kubernetes-int-or-string']) return ['integer', 'string'];
  return schema.type ? [schema.type] : [];
}

/** Holds a value to the type of its schema; undefined where there is none. */
export function typeCheck(schema: Schema): Check | undefined {
  const types = typesOf(schema);
  if (types.length === 0) return undefined;
  const text = types.join(',');
  const allowed = new Set(types);
  if (allowed.has('number')) allowed.add('integer');
  if (schema.nullable) allowed.add('null');
  return (value, found) => {
    const type = typeOf(value);
    if (!allowed.has(type)) found.push(shouldHaveType(type, text));
    return 0;
  };
}
