import { ExactInteger, integerOf, roundedIntegers } from './exact-integer';

/** A text without one has no integer that JSON.parse rounds. */
const longInteger = /[[:,\s-]\d{16}/;

/** Reads JSON as JSON.parse does, but integers exactly: see ExactInteger. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  return longInteger.test(text) ? parseExactly(text) : (JSON.parse(text) as unknown);
}

const parseExactly = jsonParser((digits) => integerOf(BigInt(digits)));

/**
 * What reads JSON as JSON.parse does, with the integers that a number does not hold made by `exact` of their digits:
 * what JSON.parse has rounded is replaced, wherever the text says so. The text of this function goes to other threads,
 * so it refers to nothing but its parameter.
 */
export function jsonParser(exact: (digits: string) => unknown): (text: string) => unknown {
  const [quote, comma, minus, colon, backslash] = [0x22, 0x2c, 0x2d, 0x3a, 0x5c];
  const [opened, closed, brace, endBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
  const [zero, nine, dot, plus, lower, upper] = [0x30, 0x39, 0x2e, 0x2b, 0x65, 0x45];
  const shortest = 16;
  const integer = /^-?\d{16,40}$/;

  /** A list or an object that the text is within. */
  interface Level {
    /** Undefined where another member of the same name stands in its place. */
    readonly value: Record<string | number, unknown> | undefined;
    /** The place in a list; below zero in an object. */
    index: number;
    /** Where the name of the member of an object begins and ends. */
    from: number;
    to: number;
    awaitsName: boolean;
  }

  return (text) => {
    const top = [JSON.parse(text) as unknown];
    const made = new Set<unknown>();
    const levelOf = (value: unknown, isList: boolean): Level => {
      const fits = typeof value === 'object' && value !== null && Array.isArray(value) === isList && !made.has(value);
      const found = fits ? (value as Record<string | number, unknown>) : undefined;
      return { value: found, index: isList ? 0 : -1, from: 0, to: 0, awaitsName: !isList };
    };
    let level = levelOf(top, true);
    const around: Level[] = [];
    const place = (): string | number =>
      level.index >= 0 ? level.index : (JSON.parse(text.slice(level.from, level.to)) as string);

    const replace = (token: string): void => {
      const rounded = Number(token);
      if (!level.value || Number.isSafeInteger(rounded)) return;
      const key = place();
      const current = level.value[key];
      // Of two members of a name the last counts, and the first must not change it.
      if (!made.has(current) && !Object.is(current, rounded)) return;
      const value = integer.test(token) ? exact(token) : rounded;
      if (typeof value === 'object') made.add(value);
      level.value[key] = value;
    };

    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        let end = at + 1;
        for (let inner = text.charCodeAt(end); inner !== quote; inner = text.charCodeAt(end))
          end += inner === backslash ? 2 : 1;
        if (level.awaitsName) {
          level.from = at;
          level.to = end + 1;
        }
        at = end;
      } else if (code === colon) level.awaitsName = false;
      else if (code === comma) {
        if (level.index >= 0) level.index += 1;
        else level.awaitsName = true;
      } else if (code === opened || code === brace) {
        const inner = levelOf(level.value?.[place()], code === opened);
        around.push(level);
        level = inner;
      } else if (code === closed || code === endBrace) level = around.pop() ?? level;
      else if (code === minus || (code >= zero && code <= nine)) {
        const from = at;
        let isFloat = false;
        for (let next = text.charCodeAt(at + 1); ; next = text.charCodeAt(at + 1)) {
          const isMark = next === dot || next === plus || next === minus || next === lower || next === upper;
          if (!isMark && !(next >= zero && next <= nine)) break;
          isFloat ||= isMark;
          at += 1;
        }
        if (isFloat || at - from + 1 >= shortest) replace(text.slice(from, at + 1));
      }
    }
    return top[0];
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
