import type { Issue } from './source';

export type TokenKind = 'identifier' | 'escaped' | 'int' | 'uint' | 'float' | 'string' | 'bytes' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As it is written; `<EOF>` at the end. */
  readonly text: string;
  /** In code points. */
  readonly offset: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  readonly issues: readonly Issue[];
}

/** What may be skipped between tokens. */
const blank = /(?:[\t \r\n\f]+|\/\/[^\n]*)+/y;
const number = /0x[0-9a-fA-F]+[uU]?|(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|\d+[uU]?/y;
const escaped = /`[a-zA-Z0-9_.\-/ ]+`/y;
const operator = /==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]{}]/y;
const escape =
  String.raw`\\(?:[abfnrtv"'\\?` +
  '`' +
  String.raw`]|x[0-9a-fA-F]{2}|X[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})`;
const prefix = '[bB]?';
const quoted = (escapes: string): RegExp[] => [
  new RegExp(`${prefix}"""(?:[^\\\\]|${escapes})*?"""`, 'suy'),
  new RegExp(`${prefix}'''(?:[^\\\\]|${escapes})*?'''`, 'suy'),
  new RegExp(`${prefix}"(?:[^\\\\"\\r\\n]|${escapes})*"`, 'uy'),
  new RegExp(`${prefix}'(?:[^\\\\'\\r\\n]|${escapes})*'`, 'uy'),
];
const raw = '(?:[bB]?[rR]|[rR][bB])';
const texts = [
  ...quoted(escape),
  new RegExp(`${raw}"""[^]*?"""`, 'y'),
  new RegExp(`${raw}'''[^]*?'''`, 'y'),
  new RegExp(`${raw}"[^"\\r\\n]*"`, 'y'),
  new RegExp(`${raw}'[^'\\r\\n]*'`, 'y'),
];
const startsText = /^(?:[bB]?[rR]?|[rR][bB])["']/;
/** How far a text that is not closed was read: up to the end of the line, or to an escape that does not exist. */
const unclosedText = /[^\r\n\\]*(?:\\[^\r\n][^\r\n\\]*)*/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Cuts text into tokens, in linear time. What is no token is told, and skipped. Upstream: cel-go parser/gen/CEL.g4. */
export function tokenize(text: string): Tokens {
  const tokens: Token[] = [];
  const issues: Issue[] = [];
  let at = 0;
  let offset = 0;
  while (at < text.length) {
    const skipped = mayBeBlank(text.charCodeAt(at)) ? match(blank, text, at) : undefined;
    if (skipped) {
      at += skipped.length;
      offset += lengthOf(skipped);
      continue;
    }
    const token = tokenAt(text, at, offset);
    if (token) tokens.push(token);
    const read = token?.text ?? unreadable(text, at);
    if (!token) issues.push({ message: `Syntax error: token recognition error at: '${shown(read)}'`, offset });
    at += read.length;
    offset += lengthOf(read);
  }
  tokens.push({ kind: 'end', text: '<EOF>', offset });
  return { tokens, issues };
}

/** White space, or the beginning of a comment. */
const mayBeBlank = (unit: number): boolean => unit <= 32 || unit === 47;

function tokenAt(text: string, at: number, offset: number): Token | undefined {
  const read = nameAt(text, at) ?? match(number, text, at) ?? match(operator, text, at);
  const first = text.charCodeAt(at);
  // A text may begin with letters that say how it is read.
  if (
    first === 34 ||
    first === 39 ||
    (read !== undefined && read.length <= 2 && startsText.test(text.slice(at, at + 3)))
  )
    return textAt(text, at, offset);
  if (read === undefined) {
    const quotedName = match(escaped, text, at);
    return quotedName ? { kind: 'escaped', text: quotedName, offset } : undefined;
  }
  return { kind: kindOf(read, first), text: read, offset };
}

function textAt(text: string, at: number, offset: number): Token | undefined {
  for (const pattern of texts) {
    const read = match(pattern, text, at);
    if (read) return { kind: /^[rR]?[bB]/.test(read) ? 'bytes' : 'string', text: read, offset };
  }
  return undefined;
}

const isLetter = (unit: number): boolean => (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95;
const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;

function nameAt(text: string, at: number): string | undefined {
  let end = at;
  while (end < text.length) {
    const unit = text.charCodeAt(end);
    if (!isLetter(unit) && (end === at || !isDigit(unit))) break;
    end++;
  }
  return end === at ? undefined : text.slice(at, end);
}

function kindOf(read: string, first: number): TokenKind {
  if (isLetter(first)) return read === 'in' ? 'operator' : 'identifier';
  return isDigit(first) || (first === 46 && read.length > 1) ? numberKind(read) : 'operator';
}

function numberKind(digits: string): TokenKind {
  if (/[uU]$/.test(digits)) return 'uint';
  return /^0x/.test(digits) || /^\d+$/.test(digits) ? 'int' : 'float';
}

/** What upstream's lexer would have read before it gave up. */
function unreadable(text: string, at: number): string {
  const start = startsText.exec(text.slice(at, at + 3))?.[0];
  if (start) return start + (match(unclosedText, text, at + start.length) ?? '');
  const first = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (!'|&='.includes(first)) return first;
  const next = text.codePointAt(at + 1);
  return next === undefined ? first : first + String.fromCodePoint(next);
}

const shown = (text: string): string => text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');

function lengthOf(text: string): number {
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // The second half of a pair belongs to the first.
    if (unit < 0xdc00 || unit > 0xdfff) length++;
  }
  return length;
}
