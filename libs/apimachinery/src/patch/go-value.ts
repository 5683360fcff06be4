import { ExactInteger, writeJson } from '@skiff/contracts';
import { isJsonObject, type Json, type JsonObject } from './json';

/** A JSON value as Go's `%v` prints it: maps with their keys in order, lists without commas, text without quotes. */
export function printGoValue(value: Json): string {
  return print(value, (scalar) => (scalar === null ? '<nil>' : String(scalar)));
}

/** A JSON value as Go's `%s` prints it, which complains of everything but text. */
export function printGoText(value: Json): string {
  return print(value, (scalar) => {
    if (typeof scalar === 'string') return scalar;
    return scalar === null ? '%!s(<nil>)' : `%!s(${goTypeOf(scalar)}=${String(scalar)})`;
  });
}

function print(value: Json, scalar: (value: null | boolean | number | string) => string): string {
  if (Array.isArray(value)) return `[${value.map((item) => print(item, scalar)).join(' ')}]`;
  if (!isJsonObject(value)) return scalar(value);
  const members = byName(value).map(([key, item]) => `${key}:${print(item, scalar)}`);
  return `map[${members.join(' ')}]`;
}

const byName = (object: JsonObject): [string, Json][] => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));

/** A JSON value as Go's `%#v` prints it: as Go's source would have it. */
export function printGoSyntax(value: Json): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(printGoSyntax).join(', ')}}`;
  if (!isJsonObject(value)) return value === null ? 'interface {}(nil)' : writeJson(value);
  const members = byName(value).map(([key, item]) => `${JSON.stringify(key)}:${printGoSyntax(item)}`);
  return `map[string]interface {}{${members.join(', ')}}`;
}

/** The Go type that a JSON value is read as, where nothing else is known of it. */
export function goTypeOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '%!s(<nil>)';
  if (Array.isArray(value)) return '[]interface {}';
  if (isJsonObject(value)) return 'map[string]interface {}';
  const exact: unknown = value;
  if (exact instanceof ExactInteger) return exact.isInt64 ? 'int64' : 'float64';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** Objects of a document that were taken apart, which Go puts together again with their keys in order. */
export type Opened = WeakSet<object>;

/** The text of a document that was patched, as Go writes it. */
export function printGoDocument(value: Json, opened: Pick<Opened, 'has'>): string {
  if (Array.isArray(value)) return `[${value.map((item) => printGoDocument(item, opened)).join(',')}]`;
  if (!isJsonObject(value)) return escapeHtml(writeJson(value));
  const members = opened.has(value) ? byName(value) : Object.entries(value);
  const texts = members.map(([key, item]) => `${escapeHtml(JSON.stringify(key))}:${printGoDocument(item, opened)}`);
  return `{${texts.join(',')}}`;
}

/** JSON as Go's encoder writes it, which escapes what HTML would read. */
export const escapeHtml = (text: string): string =>
  text.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
