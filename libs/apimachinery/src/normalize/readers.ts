import { deepestJson, ExactInteger, isNumber, parseDuration } from '@skiff/contracts';
import { canonicalQuantity } from '../quantity/quantity';
import type { ScalarType } from '../schema/object-schema';
import { parseGoTime, rfc3339, rfc3339Micro } from './go-time';
import { fieldsOf, mismatch, type Place, type Read } from './place';
import { DecodeError } from './problem';

const integer =
  (goType: string, limit: number): Read =>
  (value, place) => {
    if (!isNumber(value)) throw mismatch(value, place, goType);
    const exact = value as unknown;
    if (exact instanceof ExactInteger && goType === 'int64' && exact.isInt64) return value;
    if (!Number.isSafeInteger(value) || value > limit || value < -limit - 1)
      throw new DecodeError(
        `json: cannot unmarshal number ${value} into Go struct field ${place.struct}.${fieldsOf(place)} of type ${goType}`,
        { value, goType },
      );
    return value;
  };

/** What reads a JSON value as one of a scalar type. */
export const scalarReaders: Readonly<Record<ScalarType, Read>> = {
  string: (value, place) => {
    if (typeof value !== 'string') throw mismatch(value, place, 'string');
    return value;
  },
  bool: (value, place) => {
    if (typeof value !== 'boolean') throw mismatch(value, place, 'bool');
    return value;
  },
  int32: integer('int32', 2 ** 31 - 1),
  int64: integer('int64', Number.MAX_SAFE_INTEGER),
  double: (value, place) => {
    if (!isNumber(value)) throw mismatch(value, place, 'float64');
    return Number(value);
  },
  bytes: (value, place) => {
    if (typeof value !== 'string') throw mismatch(value, place, '[]uint8');
    const bytes = Buffer.from(value, 'base64');
    const bare = value.replace(/[\r\n]/g, '');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bytes.toString('base64').length !== bare.length) {
      const bad = /[^A-Za-z0-9+/=\r\n]/.exec(value)?.index ?? Math.max(value.length - (value.length % 4 || 4), 0);
      throw new DecodeError(`illegal base64 data at input byte ${bad}`);
    }
    return bytes.toString('base64');
  },
  quantity: readQuantity,
  'int-or-string': readIntOrString,
  time: readTime,
  'micro-time': readMicroTime,
  duration: readDuration,
};

function readQuantity(value: unknown): unknown {
  if (typeof value !== 'string' && !isNumber(value)) throw new DecodeError(`unable to parse quantity's suffix`);
  try {
    return canonicalQuantity(String(value));
  } catch (error) {
    throw new DecodeError(error instanceof Error ? error.message : String(error));
  }
}

function readIntOrString(value: unknown, place: Place): unknown {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') throw mismatch(value, place, 'string');
  if (!Number.isInteger(value) || Math.abs(value) > 2 ** 31) throw mismatch(value, place, 'int32');
  return value;
}

function readTime(value: unknown, place: Place): unknown {
  if (typeof value !== 'string') throw mismatch(value, place, 'string');
  return `${parseGoTime(value, rfc3339).toISOString().slice(0, 19)}Z`;
}

function readMicroTime(value: unknown, place: Place): unknown {
  if (typeof value !== 'string') throw mismatch(value, place, 'string');
  const seconds = parseGoTime(value, rfc3339Micro).toISOString().slice(0, 19);
  return `${seconds}${/\.\d{6}/.exec(value)?.[0] ?? ''}Z`;
}

function readDuration(value: unknown, place: Place): unknown {
  if (typeof value !== 'string') throw mismatch(value, place, 'string');
  try {
    parseDuration(value);
  } catch (error) {
    throw new DecodeError(error instanceof Error ? error.message : String(error));
  }
  return value;
}

/** A value of any shape, as it is. Throws DecodeError for one that is too deep. */
export function readAnything(value: unknown): unknown {
  requireDepth(value);
  return value;
}

/** Throws DecodeError for a value that is too deep for those who walk it. */
export function requireDepth(value: unknown): void {
  let level: object[] = [];
  pushNested(level, value);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > deepestJson) throw new DecodeError('exceeded max depth');
    const below: object[] = [];
    for (const item of level) pushMembers(below, item);
    level = below;
  }
}

function pushMembers(into: object[], item: object): void {
  if (Array.isArray(item)) for (const member of item) pushNested(into, member);
  else for (const name in item) pushNested(into, (item as Record<string, unknown>)[name]);
}

function pushNested(into: object[], value: unknown): void {
  if (typeof value === 'object' && value !== null) into.push(value);
}
