import { EvaluationError } from './evaluation-error';
import { formatDuration, formatTimestamp } from './time';
import { describe } from './describe';
import { HostList, HostMap, HostObject } from './host-values';
import { StructValue } from './maps';
import {
  BytesValue,
  DoubleValue,
  DurationValue,
  ListValue,
  MapValue,
  OptionalValue,
  TimestampValue,
  UintValue,
  type Value,
} from './value';

/** How many values a result may have: lists that share their parts may say that they have more than there is memory. */
const mostValues = 250_000;

/**
 * A value as plain JSON. What came from the host is the host's own object. Whole numbers that a number cannot hold are
 * bigints; bytes are base64. Throws for what is no JSON, such as a type.
 */
export function toHost(value: Value): unknown {
  return new Converter().convert(value);
}

class Converter {
  private count = 0;

  convert(value: Value): unknown {
    if (++this.count > mostValues) throw new EvaluationError('the result is too large', true);
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof DoubleValue || value instanceof UintValue) return value.value;
    if (value instanceof HostList || value instanceof HostMap || value instanceof HostObject) return value.raw;
    if (value instanceof ListValue) return Array.from(value, (element) => this.convert(element));
    if (value instanceof StructValue)
      return Object.fromEntries(Array.from(value.members(), (field) => [field.jsonName, this.convert(field.value)]));
    if (value instanceof MapValue)
      return Object.fromEntries(value.keys().map((key) => [describe(key), this.convert(value.get(key) ?? null)]));
    if (value instanceof TimestampValue) return formatTimestamp(value);
    if (value instanceof DurationValue) return formatDuration(value);
    if (value instanceof BytesValue) return Buffer.from(value.value).toString('base64');
    if (value instanceof OptionalValue) return value.value === undefined ? null : this.convert(value.value);
    throw new EvaluationError(`unsupported conversion of '${value.typeName}' to JSON`);
  }
}
