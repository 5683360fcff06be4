import { bracketTooDeep, parseJson } from '@skiff/contracts';

/** How deep a document may be, as Go's decoder has it. */
const deepest = 10_000;

/** Text that is no JSON; the message is that of Go's decoder. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** Parses JSON; throws JsonSyntaxError. */
export function parseJsonText(text: string, levels = deepest): unknown {
  const tooDeep = bracketTooDeep(text, levels);
  if (tooDeep !== undefined) throw new JsonSyntaxError(`invalid character '${tooDeep}' exceeded max depth`);
  try {
    return parseJson(text);
  } catch (error) {
    throw new JsonSyntaxError(new Scanner(text).mistake(), { cause: error });
  }
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'end';

const ended = 'unexpected end of JSON input';
const literals: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/** Finds the first mistake of a text as Go's decoder does. Upstream: encoding/json/scanner.go. */
class Scanner {
  private at = 0;
  private expected: Expected = 'value';
  private readonly open: ('{' | '[')[] = [];

  constructor(private readonly text: string) {}

  mistake(): string {
    for (;;) {
      while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at += 1;
      if (this.text[this.at] === undefined) return ended;
      const found = this.step(this.text[this.at] ?? '');
      if (found !== undefined) return found;
    }
  }

  private step(sign: string): string | undefined {
    switch (this.expected) {
      case 'end':
        return this.afterValue(sign);
      case 'colon':
        return sign === ':' ? this.take('value') : this.wrong('after object key');
      case 'key':
      case 'key or }':
        if (sign === '}' && this.expected === 'key or }') return this.close();
        return sign === '"' ? this.string('colon') : this.wrong('looking for beginning of object key string');
      default:
        if (sign === ']' && this.expected === 'value or ]') return this.close();
        return this.value(sign);
    }
  }

  private afterValue(sign: string): string | undefined {
    const within = this.open.at(-1);
    if (within === undefined) return this.wrong('after top-level value');
    if (sign === ',') return this.take(within === '{' ? 'key' : 'value');
    if (sign === (within === '{' ? '}' : ']')) return this.close();
    return this.wrong(within === '{' ? 'after object key:value pair' : 'after array element');
  }

  private value(sign: string): string | undefined {
    if (sign === '"') return this.string('end');
    if (sign === '{' || sign === '[') {
      this.open.push(sign);
      return this.take(sign === '{' ? 'key or }' : 'value or ]');
    }
    const literal = literals[sign];
    if (literal !== undefined) return this.literal(literal);
    return /[-\d]/.test(sign) ? this.number() : this.wrong('looking for beginning of value');
  }

  private literal(literal: string): string | undefined {
    for (const sign of literal) {
      if (this.text[this.at] !== sign) return this.wrong(`in literal ${literal} (expecting '${sign}')`);
      this.at += 1;
    }
    this.expected = 'end';
    return undefined;
  }

  private number(): string | undefined {
    if (this.text[this.at] === '-') this.at += 1;
    if (this.text[this.at] === '0') this.at += 1;
    else if (!this.digits()) return this.wrong('in numeric literal');
    if (this.text[this.at] === '.') {
      this.at += 1;
      if (!this.digits()) return this.wrong('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.text[this.at] ?? '')) {
      this.at += /[+-]/.test(this.text[this.at + 1] ?? '') ? 2 : 1;
      if (!this.digits()) return this.wrong('in exponent of numeric literal');
    }
    this.expected = 'end';
    return undefined;
  }

  private digits(): boolean {
    const from = this.at;
    while (/\d/.test(this.text[this.at] ?? '')) this.at += 1;
    return this.at > from;
  }

  private string(next: Expected): string | undefined {
    for (this.at += 1; ; this.at += 1) {
      const sign = this.text[this.at];
      if (sign === '"') return this.take(next);
      if (sign === '\\') {
        const wrong = this.escape();
        if (wrong !== undefined) return wrong;
      } else if (sign === undefined || sign < ' ') return this.wrong('in string literal');
    }
  }

  private escape(): string | undefined {
    this.at += 1;
    if (this.text[this.at] !== 'u')
      return /[bfnrt\\/"]/.test(this.text[this.at] ?? '') ? undefined : this.wrong('in string escape code');
    for (let digit = 0; digit < 4; digit += 1) {
      this.at += 1;
      if (!/[\da-fA-F]/.test(this.text[this.at] ?? '')) return this.wrong('in \\u hexadecimal character escape');
    }
    return undefined;
  }

  private take(next: Expected): undefined {
    this.at += 1;
    this.expected = next;
  }

  private close(): undefined {
    this.open.pop();
    return this.take('end');
  }

  private wrong(where: string): string {
    const point = this.text.codePointAt(this.at);
    if (point === undefined) return ended;
    const sign = String.fromCodePoint(point);
    const quoted = sign === '"' ? sign : sign === "'" ? "\\'" : JSON.stringify(sign).slice(1, -1);
    return `invalid character '${quoted}' ${where}`;
  }
}
