import { type Token, type TokenKind, tokenize } from './lexer';
import type { Issue } from './source';

/** Ends the parsing; what is wrong was noted. */
export class SyntaxProblem {
  constructor(readonly issue: Issue) {}
}

/** The tokens that an expression can begin with, as upstream's parser lists them. */
const startOfExpression = `{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}`;

const starters = new Set(['[', '{', '(', '.', '-', '!']);

/** The tokens of an expression, read one after another, and the errors that upstream's parser reports of them. */
export class TokenStream {
  readonly issues: readonly Issue[];
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(text: string) {
    const { tokens, issues } = tokenize(text);
    this.tokens = tokens;
    this.issues = issues;
  }

  get next(): Token {
    return this.peek(0);
  }

  peek(ahead: number): Token {
    const token = this.tokens[this.at + ahead] ?? this.tokens[this.tokens.length - 1];
    if (!token) throw new RangeError('no tokens');
    return token;
  }

  take(): Token {
    const token = this.next;
    this.at++;
    return token;
  }

  /** Takes the operator if it comes next. */
  accept(text: string): Token | undefined {
    return this.is(text) ? this.take() : undefined;
  }

  is(text: string): boolean {
    return this.next.kind === 'operator' && this.next.text === text;
  }

  isKind(kind: TokenKind): boolean {
    return this.next.kind === kind;
  }

  expect(text: string): Token {
    const token = this.accept(text);
    if (token) return token;
    const after = this.peek(1);
    if (after.kind === 'operator' && after.text === text) throw this.unexpected('extraneous input', `'${text}'`);
    if (this.isKind('end') && text !== ':') throw this.problem(`missing '${text}' at '<EOF>'`);
    throw this.unexpected('mismatched input', `'${text}'`);
  }

  expectEnd(): void {
    if (this.isKind('end')) return;
    throw this.unexpected(this.peek(1).kind === 'end' ? 'extraneous input' : 'mismatched input', '<EOF>');
  }

  /** The error of an expression that does not begin here. */
  noExpression(): SyntaxProblem {
    const follows = !this.isKind('end') && startsExpression(this.peek(1));
    return this.unexpected(follows ? 'extraneous input' : 'mismatched input', startOfExpression);
  }

  /** The error of what began with `from`, and goes on as nothing does. */
  noAlternative(from: Token): SyntaxProblem {
    const begun = this.tokens.slice(this.tokens.indexOf(from), this.at + 1).filter(({ kind }) => kind !== 'end');
    return this.problem(`no viable alternative at input '${begun.map(({ text }) => text).join('')}'`);
  }

  unexpected(what: string, expected: string): SyntaxProblem {
    return this.problem(`${what} '${this.next.text}' expecting ${expected}`);
  }

  private problem(message: string): SyntaxProblem {
    return new SyntaxProblem({ message: `Syntax error: ${message}`, offset: this.next.offset });
  }
}

const startsExpression = (token: Token): boolean =>
  token.kind === 'operator' ? starters.has(token.text) : token.kind !== 'end' && token.kind !== 'escaped';
