import { isUtf8 } from 'node:buffer';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  intType,
  stringType,
  timestampType,
  uintType,
} from '../../types/type';
import { durationOf, timestampAt } from '../../values/arithmetic';
import { EvaluationError } from '../../values/evaluation-error';
import { formatDouble } from '../../values/format-double';
import { formatDuration, formatTimestamp, parseDuration, parseTimestamp } from '../../values/time';
import { BytesValue, DoubleValue, fitsInt, fitsUint, type Int, toInt, UintValue } from '../../values/value';
import { bool, bytes, double, duration, func, global, int, string, timestamp, uint } from '../declare';

const conversionError = (from: string, to: string): EvaluationError =>
  new EvaluationError(`type conversion error from '${from}' to '${to}'`);
const overflow = (what: string): EvaluationError => new EvaluationError(`${what} overflow`);

function intOfBig(value: bigint): Int {
  if (!fitsInt(value)) throw overflow('integer');
  return toInt(value);
}

/** Upstream refuses what rounds to the ends of the range, too. */
function intOfDouble({ value }: DoubleValue): Int {
  if (!Number.isFinite(value) || value <= -(2 ** 63) || value >= 2 ** 63) throw overflow('integer');
  return toInt(BigInt(Math.trunc(value)));
}

function uintOfBig(value: bigint): UintValue {
  if (!fitsUint(value)) throw overflow('unsigned integer');
  return new UintValue(toInt(value));
}

function uintOfDouble({ value }: DoubleValue): UintValue {
  if (!Number.isFinite(value) || value < 0 || value >= 2 ** 64) throw overflow('unsigned integer');
  return new UintValue(toInt(BigInt(Math.trunc(value))));
}

function intOfText(text: string): Int {
  if (!/^[+-]?\d{1,100}$/.test(text)) throw conversionError('string', 'int');
  const value = BigInt(text.replace(/^\+/, ''));
  if (!fitsInt(value)) throw conversionError('string', 'int');
  return toInt(value);
}

function uintOfText(text: string): UintValue {
  if (!/^\d{1,100}$/.test(text) || !fitsUint(BigInt(text))) throw conversionError('string', 'uint');
  return new UintValue(toInt(BigInt(text)));
}

function doubleOfText(text: string): DoubleValue {
  const special = specialDoubles.get(text.toLowerCase());
  if (special !== undefined) return new DoubleValue(special);
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw conversionError('string', 'double');
  return new DoubleValue(Number(text));
}

const specialDoubles: ReadonlyMap<string, number> = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['+infinity', Infinity],
  ['-infinity', -Infinity],
]);

const truths = new Set(['1', 't', 'true', 'TRUE', 'True', 'T']);
const untruths = new Set(['0', 'f', 'false', 'FALSE', 'False', 'F']);

function boolOfText(text: string): boolean {
  if (truths.has(text)) return true;
  if (untruths.has(text)) return false;
  throw conversionError('string', 'bool');
}

function textOfBytes({ value }: BytesValue): string {
  if (!isUtf8(value)) throw new EvaluationError('invalid UTF-8 in bytes, cannot convert to string');
  return Buffer.from(value).toString();
}

const identity = <T>(value: T): T => value;

/** Upstream: cel-go common/types, ConvertToType of each. */
export const conversions = [
  func(
    'bool',
    global('bool_to_bool', [bool], boolType, identity),
    global('string_to_bool', [string], boolType, boolOfText),
  ),
  func(
    'bytes',
    global('bytes_to_bytes', [bytes], bytesType, identity),
    global('string_to_bytes', [string], bytesType, (text) => new BytesValue(Buffer.from(text))),
  ),
  func(
    'double',
    global('double_to_double', [double], doubleType, identity),
    global('int64_to_double', [int], doubleType, (value) => new DoubleValue(Number(value))),
    global('string_to_double', [string], doubleType, doubleOfText),
    global('uint64_to_double', [uint], doubleType, ({ value }) => new DoubleValue(Number(value))),
  ),
  func(
    'int',
    global('int64_to_int64', [int], intType, identity),
    global('double_to_int64', [double], intType, intOfDouble),
    global('duration_to_int64', [duration], intType, ({ nanoseconds }) => toInt(nanoseconds)),
    global('string_to_int64', [string], intType, intOfText),
    global('timestamp_to_int64', [timestamp], intType, ({ nanoseconds }) =>
      toInt(floorDivide(nanoseconds, 1_000_000_000n)),
    ),
    global('uint64_to_int64', [uint], intType, ({ value }) => intOfBig(BigInt(value))),
  ),
  func(
    'string',
    global('string_to_string', [string], stringType, identity),
    global('bool_to_string', [bool], stringType, String),
    global('bytes_to_string', [bytes], stringType, textOfBytes),
    global('double_to_string', [double], stringType, ({ value }) => formatDouble(value)),
    global('duration_to_string', [duration], stringType, formatDuration),
    global('int64_to_string', [int], stringType, (value) => String(value)),
    global('timestamp_to_string', [timestamp], stringType, formatTimestamp),
    global('uint64_to_string', [uint], stringType, ({ value }) => String(value)),
  ),
  func(
    'uint',
    global('uint64_to_uint64', [uint], uintType, identity),
    global('double_to_uint64', [double], uintType, uintOfDouble),
    global('int64_to_uint64', [int], uintType, (value) => uintOfBig(BigInt(value))),
    global('string_to_uint64', [string], uintType, uintOfText),
  ),
  func(
    'duration',
    global('duration_to_duration', [duration], durationType, identity),
    global('int64_to_duration', [int], durationType, (value) => durationOf(BigInt(value))),
    global('string_to_duration', [string], durationType, (text) => {
      const found = parseDuration(text);
      if (!found) throw conversionError('string', 'google.protobuf.Duration');
      return found;
    }),
  ),
  func(
    'timestamp',
    global('timestamp_to_timestamp', [timestamp], timestampType, identity),
    global('int64_to_timestamp', [int], timestampType, (seconds) => timestampAt(BigInt(seconds) * 1_000_000_000n)),
    global('string_to_timestamp', [string], timestampType, (text) => {
      const found = parseTimestamp(text);
      if (!found) throw conversionError('string', 'google.protobuf.Timestamp');
      return found;
    }),
  ),
];

function floorDivide(one: bigint, other: bigint): bigint {
  const quotient = one / other;
  return one % other < 0n ? quotient - 1n : quotient;
}
