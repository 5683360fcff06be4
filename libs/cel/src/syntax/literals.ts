import { BytesValue, DoubleValue, fitsInt, fitsUint, toInt, UintValue, type Value } from '../values/value';
import type { Token } from './lexer';

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const escapePattern = /\\(?:([xX])([0-9a-fA-F]{2})|[uU]([0-9a-fA-F]{8}|[0-9a-fA-F]{4})|([0-3][0-7]{2})|(.))/gs;

interface Quoted {
  readonly raw: boolean;
  readonly content: string;
}

function unquote(text: string): Quoted {
  const first = text.charAt(0);
  if ((first === '"' || first === "'") && first !== text.charAt(1)) return { raw: false, content: text.slice(1, -1) };
  const start = text.search(/["']/);
  const raw = /[rR]/.test(text.slice(0, start));
  const mark = text.slice(start, start + 3);
  const width = mark === '"""' || mark === "'''" ? 3 : 1;
  return { raw, content: text.slice(start + width, text.length - width).replace(/\r\n?/g, '\n') };
}

const isScalar = (code: number): boolean => code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);

/** The value of a literal; what is wrong with it otherwise, as a text. */
export function literalValue(token: Token, negative: boolean): Value | { readonly issue: string } {
  switch (token.kind) {
    case 'int': {
      // As long as a number is exact.
      if (token.text.length < 16 && !token.text.startsWith('0x'))
        return negative ? 0 - Number(token.text) : Number(token.text);
      const magnitude = BigInt(token.text);
      const value = negative ? -magnitude : magnitude;
      return fitsInt(value) ? toInt(value) : { issue: 'invalid int literal' };
    }
    case 'uint': {
      const value = BigInt(token.text.slice(0, -1));
      return fitsUint(value) ? new UintValue(toInt(value)) : { issue: 'invalid uint literal' };
    }
    case 'float': {
      const value = Number(token.text) * (negative ? -1 : 1);
      return Number.isFinite(value) ? new DoubleValue(value) : { issue: 'invalid double literal' };
    }
    case 'bytes':
      return bytesOf(unquote(token.text));
    default:
      return textOf(unquote(token.text));
  }
}

function textOf({ raw, content }: Quoted): string | { readonly issue: string } {
  if (raw || !content.includes('\\')) return content;
  let invalid = false;
  const text = content.replace(escapePattern, (...found: string[]) => {
    const [, , hex, unicode, octal, simple] = found;
    if (simple !== undefined) return simpleEscapes[simple] ?? simple;
    const code = octal === undefined ? parseInt(hex ?? unicode ?? '', 16) : parseInt(octal, 8);
    if (!isScalar(code)) invalid = true;
    return invalid ? '' : String.fromCodePoint(code);
  });
  return invalid ? { issue: 'invalid string literal' } : text;
}

/** In bytes, `\xff` and `\377` are one byte each. */
function bytesOf({ raw, content }: Quoted): BytesValue | { readonly issue: string } {
  if (raw || !content.includes('\\')) return new BytesValue(Buffer.from(content));
  const parts: Buffer[] = [];
  let from = 0;
  for (const found of content.matchAll(escapePattern)) {
    parts.push(Buffer.from(content.slice(from, found.index)));
    from = found.index + found[0].length;
    const [, , hex, unicode, octal, simple] = found;
    if (unicode !== undefined) return { issue: 'invalid bytes literal' };
    if (simple !== undefined) parts.push(Buffer.from(simpleEscapes[simple] ?? simple));
    else parts.push(Buffer.of(octal === undefined ? parseInt(hex ?? '', 16) : parseInt(octal, 8)));
  }
  parts.push(Buffer.from(content.slice(from)));
  return new BytesValue(Buffer.concat(parts));
}
