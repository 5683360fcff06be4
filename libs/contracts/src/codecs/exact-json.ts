import { ExactInteger, integerOf, roundedIntegers } from './exact-integer';

/** A text without one has no integer that JSON.parse rounds. */
const longInteger = /[[:,\s-]\d{16}/;

/** Reads JSON as JSON.parse does, but integers exactly: see ExactInteger. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return longInteger.test(text) ? parseExactly(text) : value;
}

const parseExactly = jsonParser((digits) => integerOf(BigInt(digits)));

/**
 * What reads valid JSON with the integers that a number does not hold made by `exact` of their digits.
 * The text of this function goes to other threads, so it refers to nothing but its parameter.
 */
export function jsonParser(exact: (digits: string) => unknown): (text: string) => unknown {
  interface Level {
    readonly value: unknown[] | Record<string, unknown>;
    key: string | undefined;
  }

  const scalar = (text: string): unknown => {
    const value: unknown = JSON.parse(text);
    return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d{16,40}$/.test(text)
      ? exact(text)
      : value;
  };

  const put = ({ value: into, key = '' }: Level, value: unknown): void => {
    if (Array.isArray(into)) into.push(value);
    else if (key !== '__proto__') into[key] = value;
    else Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
  };

  return (text) => {
    const token = /[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/g;
    const top: Level = { value: [], key: undefined };
    const levels = [top];
    for (let found = token.exec(text); found; found = token.exec(text)) {
      const [part] = found;
      const level = levels.at(-1) ?? top;
      if (part === '{' || part === '[') levels.push({ value: part === '[' ? [] : {}, key: undefined });
      else if (part === '}' || part === ']') {
        levels.pop();
        const outer = levels.at(-1) ?? top;
        put(outer, level.value);
        outer.key = undefined;
      } else if (part === ',' || part === ':') continue;
      else if (Array.isArray(level.value) || level.key !== undefined) {
        put(level, scalar(part));
        level.key = undefined;
      } else level.key = scalar(part) as string;
    }
    return (top.value as unknown[])[0];
  };
}

/** Writes JSON as JSON.stringify does, but integers exactly. */
export function writeJson(value: unknown, indent = 0): string {
  const before = roundedIntegers();
  const text = JSON.stringify(value, null, indent);
  return roundedIntegers() === before ? text : (writeExactly(value, indent === 0 ? '' : '\n', indent) ?? 'null');
}

/** @param end what begins a line at this depth; empty for one line. */
function writeExactly(value: unknown, end: string, indent: number): string | undefined {
  if (value instanceof ExactInteger) return value.toString();
  if (typeof value !== 'object' || value === null || 'toJSON' in value)
    return JSON.stringify(value) as string | undefined;
  const inner = end === '' ? '' : end + ' '.repeat(indent);
  const between = (open: string, items: readonly string[], close: string): string =>
    items.length === 0 ? open + close : `${open}${inner}${items.join(`,${inner}`)}${end}${close}`;
  if (Array.isArray(value))
    return between(
      '[',
      value.map((item) => writeExactly(item, inner, indent) ?? 'null'),
      ']',
    );
  const colon = end === '' ? ':' : ': ';
  const members = Object.entries(value).flatMap(([key, item]) => {
    const text = writeExactly(item, inner, indent);
    return text === undefined ? [] : [`${JSON.stringify(key)}${colon}${text}`];
  });
  return between('{', members, '}');
}
