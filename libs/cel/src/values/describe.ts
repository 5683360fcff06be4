import { formatDouble } from './format-double';
import { formatDuration, formatTimestamp } from './time';
import { typeNameOf } from './type-name';
import { DoubleValue, DurationValue, isInt, TimestampValue, UintValue, type Value } from './value';

/** A key as messages show it. */
export function describe(value: Value): string {
  if (typeof value === 'string' || typeof value === 'boolean' || isInt(value)) return String(value);
  if (value instanceof DoubleValue) return formatDouble(value.value);
  if (value instanceof UintValue) return String(value.value);
  if (value instanceof DurationValue) return formatDuration(value);
  if (value instanceof TimestampValue) return formatTimestamp(value);
  return value === null ? 'null' : typeNameOf(value);
}
