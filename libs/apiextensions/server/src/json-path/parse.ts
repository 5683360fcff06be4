/** One step of a path. */
export type Step =
  | { readonly type: 'field'; readonly name: string }
  /** All items of a list, or all values of an object. */
  | { readonly type: 'all' }
  /** The value and all that is in it. */
  | { readonly type: 'below' }
  | { readonly type: 'slice'; readonly from: number; readonly to: number | undefined; readonly by: number }
  | { readonly type: 'several'; readonly steps: readonly Step[] }
  | {
      readonly type: 'filter';
      readonly left: readonly Step[];
      readonly operator: Operator | 'exists';
      readonly right: string | number | boolean | undefined;
    };

type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** So long a path may be. */
const longest = 4_096;

/** Reads a path; throws a SyntaxError for what is none. */
export function parseJsonPath(text: string): Step[] {
  if (text.length > longest) throw new SyntaxError('the path is too long');
  return new Parser(text).path();
}

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  path(): Step[] {
    const steps: Step[] = [];
    while (this.at < this.text.length) steps.push(...this.step());
    return steps;
  }

  private step(): Step[] {
    if (this.take('..')) return [{ type: 'below' }, ...(this.peek('[') || this.isAtEnd ? [] : [this.name()])];
    if (this.peek('[')) return [this.bracket()];
    this.take('.');
    return this.isAtEnd || this.peek('[') ? [] : [this.name()];
  }

  private name(): Step {
    if (this.take('*')) return { type: 'all' };
    let name = '';
    for (; !this.isAtEnd && !/[.[\]\s]/.test(this.sign); this.at += 1) {
      if (this.sign === '\\') this.at += 1;
      name += this.sign;
    }
    if (name === '') throw this.unexpected();
    return { type: 'field', name };
  }

  private bracket(): Step {
    const end = this.endOfBracket();
    const inner = this.text.slice(this.at + 1, end).trim();
    this.at = end + 1;
    if (inner.startsWith('?(') && inner.endsWith(')')) return filterOf(inner.slice(2, -1).trim());
    const steps = splitAtCommas(inner).map(elementOf);
    const [first] = steps;
    if (!first) throw this.unexpected();
    return steps.length === 1 ? first : { type: 'several', steps };
  }

  /** Where the bracket that is open here closes; those in texts do not count. */
  private endOfBracket(): number {
    let depth = 0;
    let quote: string | undefined;
    for (let at = this.at; at < this.text.length; at += 1) {
      const sign = this.text[at];
      if (quote !== undefined) {
        if (sign === '\\') at += 1;
        else if (sign === quote) quote = undefined;
      } else if (sign === '"' || sign === "'") quote = sign;
      else if (sign === '[') depth += 1;
      else if (sign === ']' && (depth -= 1) === 0) return at;
    }
    throw new SyntaxError('unterminated array');
  }

  private get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  private get sign(): string {
    return this.text[this.at] ?? '';
  }

  private peek(what: string): boolean {
    return this.text.startsWith(what, this.at);
  }

  private take(what: string): boolean {
    const found = this.peek(what);
    if (found) this.at += what.length;
    return found;
  }

  private unexpected(): SyntaxError {
    return new SyntaxError(`unrecognized character in action: ${JSON.stringify(this.sign)}`);
  }
}

const splitAtCommas = (text: string): string[] =>
  text.split(/,(?=(?:[^'"]|'[^']*'|"[^"]*")*$)/).map((part) => part.trim());

function elementOf(text: string): Step {
  if (text === '*') return { type: 'all' };
  const quoted = /^(['"])(.*)\1$/s.exec(text)?.[2];
  if (quoted !== undefined) return { type: 'field', name: quoted.replace(/\\(.)/g, '$1') };
  const [, from, isSlice, to, by] = /^(-?\d*)(:)?(-?\d*)(?::(\d+))?$/.exec(text) ?? [];
  if (from === undefined || (from === '' && isSlice === undefined))
    throw new SyntaxError(`invalid array index ${text}`);
  const first = from === '' ? 0 : Number(from);
  if (isSlice === undefined) return { type: 'slice', from: first, to: first === -1 ? undefined : first + 1, by: 1 };
  return { type: 'slice', from: first, to: to ? Number(to) : undefined, by: Math.max(1, Number(by ?? 1)) };
}

function filterOf(text: string): Step {
  const [, path = '', operator, right] =
    /^@((?:[^=!<>"'[]|\[[^\]]*\])*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+))?$/s.exec(text) ?? [];
  if (!text.startsWith('@')) throw new SyntaxError(`unsupported filter ${text}`);
  const left = parseJsonPath(path.trim());
  if (operator === undefined) return { type: 'filter', left, operator: 'exists', right: undefined };
  return { type: 'filter', left, operator: operator as Operator, right: literalOf((right ?? '').trim()) };
}

function literalOf(text: string): string | number | boolean {
  const quoted = /^(['"])(.*)\1$/s.exec(text)?.[2];
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  if (text === '' || Number.isNaN(number)) throw new SyntaxError(`unrecognized literal ${text}`);
  return number;
}
