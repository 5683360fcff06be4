import { intType, listType, stringType } from '../types/type';
import { EvaluationError, noSuchOverload } from '../values/evaluation-error';
import { ArrayList } from '../values/lists';
import { codePoints, pointOffset, textSize } from '../values/text';
import type { Int, ListValue } from '../values/value';
import type { Run } from '../runtime/run';
import { costs } from '../cost/call-cost';
import { dyn, func, global, int, listOf, member, string } from './declare';
import { formatText } from './format-text';

const outOfRange = (index: Int): EvaluationError => new EvaluationError(`index out of range: ${String(index)}`);

function charAt(text: string, at: Int): string {
  const points = codePoints(text);
  if (at < 0 || at > points.length) throw outOfRange(at);
  return points[Number(at)] ?? '';
}

/** The place in code units of one in code points. */
const unitOffset = (text: string, points: number): number => {
  const all = codePoints(text);
  return typeof all === 'string' ? points : all.slice(0, points).join('').length;
};

function indexFrom(text: string, found: string, from: Int): number {
  if (found === '') return Number(from);
  if (from < 0 || from > textSize(text)) throw outOfRange(from);
  const unit = text.indexOf(found, unitOffset(text, Number(from)));
  return unit < 0 ? -1 : pointOffset(text, unit);
}

function lastIndexFrom(text: string, found: string, from: Int): number {
  if (found === '') return Number(from);
  if (from < 0 || from > textSize(text)) throw outOfRange(from);
  const unit = text.lastIndexOf(found, unitOffset(text, Number(from)));
  return unit < 0 ? -1 : pointOffset(text, unit);
}

function substring(text: string, from: Int, to?: Int): string {
  const points = codePoints(text);
  const end = to ?? points.length;
  if (from < 0 || from > points.length) throw outOfRange(from);
  if (end < 0 || end > points.length) throw outOfRange(end);
  if (from > end) throw new EvaluationError(`invalid substring range. start: ${String(from)}, end: ${String(end)}`);
  const part = points.slice(Number(from), Number(end));
  return typeof part === 'string' ? part : part.join('');
}

/** Upstream: strings.Replace. What it makes may be much larger than its arguments, and is counted before it is made. */
function replace(run: Run, text: string, [found, by]: readonly [string, string], limit: Int): string {
  if (limit === 0) return text;
  const pieces = splitAt(text, found, limit < 0 ? Infinity : Number(limit));
  run.step(Math.ceil((text.length + by.length * pieces.length) * costs.traversal));
  return pieces.join(by);
}

/** The pieces between occurrences; an empty text occurs before every character, and at the end. */
function splitAt(text: string, found: string, most: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  if (found === '') {
    const points = Array.from(text);
    const count = Math.min(most, points.length + 1);
    const rest = points.slice(Math.max(0, count - 1)).join('');
    return count > points.length ? ['', ...points, ''] : ['', ...points.slice(0, count - 1), rest];
  }
  while (pieces.length < most) {
    const at = text.indexOf(found, from);
    if (at < 0) break;
    pieces.push(text.slice(from, at));
    from = at + found.length;
  }
  pieces.push(text.slice(from));
  return pieces;
}

/** Upstream: strings.SplitN. */
function split(text: string, separator: string, limit: Int): ListValue {
  if (limit === 0) return new ArrayList([]);
  const most = limit < 0 ? Infinity : Number(limit);
  if (separator !== '') return new ArrayList(splitAt(text, separator, most - 1));
  const points = Array.from(text);
  if (points.length <= most) return new ArrayList(points);
  return new ArrayList([...points.slice(0, most - 1), points.slice(most - 1).join('')]);
}

function join(list: ListValue, separator: string, run: Run): string {
  const parts: string[] = [];
  let length = 0;
  for (const part of list) {
    if (typeof part !== 'string') throw noSuchOverload();
    run.step();
    if (parts.push(part) > 1) length += separator.length;
    length += part.length;
    // Lists that share their parts may stand for more text than there is memory.
    if (length * costs.traversal * 2 + run.cost > run.limit) run.charge(Math.ceil(length * costs.traversal * 2));
  }
  const joined = parts.join(separator);
  run.charge(Math.ceil(textSize(joined) * 2 * costs.traversal));
  return joined;
}

const ascii = (text: string, from: RegExp, convert: (found: string) => string): string => text.replace(from, convert);

const quotes: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

const quotable = new RegExp(`[${[...quotes.keys()].map((found) => (found === '\\' ? '\\\\' : found)).join('')}]`, 'g');

const quote = (text: string): string => `"${text.replace(quotable, (found) => quotes.get(found) ?? found)}"`;

/** What Unicode calls white space. */
const space = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const leading = new RegExp(`^${space}+`);
const isSpace = new RegExp(space);

/** Without a pattern at the end, which would look for one from every space in the text. */
function trim(text: string): string {
  const start = text.replace(leading, '');
  let end = start.length;
  while (end > 0 && isSpace.test(start.charAt(end - 1))) end--;
  return start.slice(0, end);
}

const texts = listOf(stringType);

/** Upstream: cel-go ext/strings.go, version 2. */
export const strings = [
  func('charAt', member('string_char_at_int', [string, int], stringType, charAt)),
  func(
    'indexOf',
    member('string_index_of_string', [string, string], intType, (text, found) => indexFrom(text, found, 0)),
    member('string_index_of_string_int', [string, string, int], intType, indexFrom),
  ),
  func(
    'lastIndexOf',
    member('string_last_index_of_string', [string, string], intType, (text, found) =>
      lastIndexFrom(text, found, textSize(text)),
    ),
    member('string_last_index_of_string_int', [string, string, int], intType, lastIndexFrom),
  ),
  func(
    'lowerAscii',
    member('string_lower_ascii', [string], stringType, (text) =>
      ascii(text, /[A-Z]+/g, (found) => found.toLowerCase()),
    ),
  ),
  func(
    'upperAscii',
    member('string_upper_ascii', [string], stringType, (text) =>
      ascii(text, /[a-z]+/g, (found) => found.toUpperCase()),
    ),
  ),
  func(
    'replace',
    member('string_replace_string_string', [string, string, string], stringType, (text, found, by, run) =>
      replace(run, text, [found, by], -1),
    ),
    member('string_replace_string_string_int', [string, string, string, int], stringType, (...args) =>
      replace(args[4], args[0], [args[1], args[2]], args[3]),
    ),
  ),
  func(
    'split',
    member('string_split_string', [string, string], listType(stringType), (text, separator) =>
      split(text, separator, -1),
    ),
    member('string_split_string_int', [string, string, int], listType(stringType), split),
  ),
  func(
    'substring',
    member('string_substring_int', [string, int], stringType, (text, from) => substring(text, from)),
    member('string_substring_int_int', [string, int, int], stringType, (text, from, to) => substring(text, from, to)),
  ),
  func('trim', member('string_trim', [string], stringType, trim)),
  func(
    'join',
    member('list_join', [texts], stringType, (list, run) => join(list, '', run)),
    member('list_join_string', [texts, string], stringType, join),
  ),
  func('strings.quote', global('strings_quote', [string], stringType, quote)),
  func(
    'format',
    member('string_format', [string, listOf(dyn.type)], stringType, (text, args, run) => formatText(text, args, run)),
  ),
];
