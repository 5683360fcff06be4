import { isInt, type Value } from './value';

/** What `type()` calls the type of a value. */
export function typeNameOf(value: Value): string {
  if (value === null) return 'null_type';
  if (isInt(value)) return 'int';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    default:
      return (value as Exclude<Value, string | boolean | number | bigint | null>).typeName;
  }
}
