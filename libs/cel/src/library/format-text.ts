import { costs } from '../cost/call-cost';
import type { Run } from '../runtime/run';
import { EvaluationError } from '../values/evaluation-error';
import { formatDuration, formatTimestamp } from '../values/time';
import { typeNameOf } from '../values/type-name';
import {
  BytesValue,
  DoubleValue,
  DurationValue,
  type Int,
  isInt,
  ListValue,
  MapValue,
  TimestampValue,
  TypeValue,
  UintValue,
  type Value,
} from '../values/value';
import { fixedPoint, scientific } from './format-number';

const clause = /%(?:%|(?:\.(\d*))?(.)?)/gsu;
const defaultPrecision = 6;
/** Upstream sets no limit here; Go's own is of this order. */
const greatestPrecision = 1_000;

const wrong = (what: string): EvaluationError => new EvaluationError(`error during formatting: ${what}`);

/** `"%s has %d".format([a, b])`. Upstream: cel-go ext/formatting.go, with the forms of English. */
export function formatText(text: string, args: ListValue, run: Run): string {
  let next = 0;
  const take = (): Value => {
    if (next >= args.size) throw new EvaluationError(`index ${String(next)} out of range`);
    return args.get(next++);
  };
  const parts: string[] = [];
  let from = 0;
  for (const found of text.matchAll(clause)) {
    parts.push(text.slice(from, found.index));
    from = found.index + found[0].length;
    parts.push(found[0] === '%%' ? '%' : formatClause(found, take, run));
  }
  parts.push(text.slice(from));
  return parts.join('');
}

function formatClause([, digits, verb]: RegExpExecArray, take: () => Value, run: Run): string {
  if (verb === undefined) throw new EvaluationError('could not parse formatting clause: unexpected end of string');
  const precision = digits === undefined ? defaultPrecision : Number(digits);
  if (precision > greatestPrecision)
    throw new EvaluationError(`could not parse formatting clause: error while parsing precision: precision too large`);
  const format = verbs.get(verb);
  if (!format) throw new EvaluationError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  return format(take(), precision, run);
}

type Formatter = (value: Value, precision: number, run: Run) => string;

function wholeNumber(value: Value): Int | undefined {
  if (isInt(value)) return value;
  return value instanceof UintValue ? value.value : undefined;
}

function decimal(value: Value): string {
  const number = wholeNumber(value);
  if (number !== undefined) return String(number);
  if (value instanceof DoubleValue && !Number.isFinite(value.value)) return fixedPoint(value.value, 0);
  throw wrong(`decimal clause can only be used on integers, was given ${typeNameOf(value)}`);
}

function binary(value: Value): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  const number = wholeNumber(value);
  if (number !== undefined) return number.toString(2);
  throw wrong(`only integers and bools can be formatted as binary, was given ${typeNameOf(value)}`);
}

function octal(value: Value): string {
  const number = wholeNumber(value);
  if (number !== undefined) return number.toString(8);
  throw wrong(`octal clause can only be used on integers, was given ${typeNameOf(value)}`);
}

function hex(value: Value): string {
  const number = wholeNumber(value);
  if (number !== undefined) return number.toString(16);
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  if (value instanceof BytesValue) return Buffer.from(value.value).toString('hex');
  throw wrong(`only integers, byte buffers, and strings can be formatted as hex, was given ${typeNameOf(value)}`);
}

function doubleOf(value: Value, name: string): number {
  if (value instanceof DoubleValue) return value.value;
  const number = wholeNumber(value);
  if (number !== undefined) return Number(number);
  throw wrong(`${name} clause can only be used on doubles, was given ${typeNameOf(value)}`);
}

const verbs: ReadonlyMap<string, Formatter> = new Map<string, Formatter>([
  ['s', (value, _precision, run) => asText(value, run, false)],
  ['d', decimal],
  ['f', (value, precision) => fixedPoint(doubleOf(value, 'fixed-point'), precision)],
  ['e', (value, precision) => scientific(doubleOf(value, 'scientific'), precision)],
  ['b', binary],
  ['x', hex],
  ['X', (value) => hex(value).toUpperCase()],
  ['o', octal],
]);

/** What a value takes that becomes a text of its own. */
const stepsOfText = 5;

/** A value as text; text in lists and maps is quoted. */
function asText(value: Value, run: Run, inside: boolean): string {
  run.step(stepsOfText);
  if (typeof value === 'string') {
    run.step(Math.ceil(value.length * costs.traversal));
    return inside ? `"${value}"` : value;
  }
  if (value === null || typeof value === 'boolean' || isInt(value)) return String(value);
  if (value instanceof UintValue) return String(value.value);
  if (value instanceof DoubleValue) return doubleText(value.value, inside);
  if (value instanceof BytesValue) return Buffer.from(value.value).toString();
  if (value instanceof TypeValue) return value.name;
  if (value instanceof TimestampValue)
    return inside ? `timestamp("${formatTimestamp(value)}")` : formatTimestamp(value);
  if (value instanceof DurationValue) return inside ? `duration("${formatDuration(value)}")` : formatDuration(value);
  if (value instanceof ListValue) return listText(value, run);
  if (value instanceof MapValue) return mapText(value, run);
  throw wrong(
    `string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${typeNameOf(value)}`,
  );
}

function doubleText(value: number, inside: boolean): string {
  if (!Number.isFinite(value)) return inside ? `"${infinite(value)}"` : infinite(value);
  return inside ? fixedPoint(value, defaultPrecision) : plainDouble(value);
}

const infinite = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
};

/** Without an exponent. */
function plainDouble(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return Math.abs(value) >= 1 ? String(BigInt(value)) : value.toFixed(100).replace(/0+$/, '');
}

function listText(list: ListValue, run: Run): string {
  const parts: string[] = [];
  for (const element of list) parts.push(asText(element, run, true));
  return `[${parts.join(', ')}]`;
}

function mapText(map: MapValue, run: Run): string {
  const entries = map.keys().map((key): readonly [string, string] => {
    return [asText(key, run, true), asText(map.get(key) ?? null, run, true)];
  });
  // Upstream sorts by the text of the keys.
  entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, value]) => `${key}:${value}`).join(', ')}}`;
}
