import { textSize } from '../values/text';
import { CelObject, type Value } from '../values/value';
import { readArguments, readList, readMap, readStruct, type Reader } from './aggregates';
import type { Expr } from './ast';
import { ExprBuilder } from './builder';
import type { Token } from './lexer';
import { literalValue } from './literals';
import { findMacro } from './macros';
import { type Issue, Source } from './source';
import { SyntaxProblem, TokenStream } from './token-stream';

/** Upstream: cel-go parser options. Sizes are in code points. */
const mostCodePoints = 100_000;
const deepestRecursion = 250;

export interface Parsed {
  readonly source: Source;
  /** Undefined where there are issues. */
  readonly expr: Expr | undefined;
  readonly issues: readonly Issue[];
  /** How many nodes the expression has. */
  readonly count: number;
}

export interface ParseOptions {
  /** Whether macros stay calls. */
  readonly withoutMacros?: boolean;
}

/** Reads an expression. Takes linear time, and never throws. */
export function parse(text: string, options: ParseOptions = {}): Parsed {
  const source = new Source(text);
  const size = text.length > mostCodePoints ? textSize(text) : text.length;
  if (size > mostCodePoints) {
    const message = `expression code point size exceeds limit: size: ${String(size)}, limit ${String(mostCodePoints)}`;
    return { source, expr: undefined, issues: [{ message, offset: -1 }], count: 0 };
  }
  return new Parser(text, source, options).parse();
}

const relations = new Set(['<', '<=', '>=', '>', '==', '!=', 'in']);
const reserved = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

/** By recursive descent. Upstream: cel-go parser/parser.go, parser/gen/CEL.g4. */
class Parser {
  private readonly stream: TokenStream;
  private readonly build = new ExprBuilder();
  private readonly reader: Reader;
  private depth = 0;

  constructor(
    text: string,
    private readonly source: Source,
    private readonly options: ParseOptions,
  ) {
    this.stream = new TokenStream(text);
    this.reader = { stream: this.stream, build: this.build, expression: () => this.expression() };
  }

  parse(): Parsed {
    const { source, build } = this;
    let expr: Expr | undefined;
    try {
      expr = this.expression();
      this.stream.expectEnd();
    } catch (thrown) {
      if (!(thrown instanceof SyntaxProblem)) throw thrown;
      build.issues.push(thrown.issue);
    }
    const issues = [...this.stream.issues, ...build.issues];
    return { source, expr: issues.length > 0 ? undefined : expr, issues, count: build.count };
  }

  private expression(): Expr {
    return this.nested(() => {
      const condition = this.operators('||', () => this.operators('&&', () => this.relation()));
      const mark = this.stream.accept('?');
      if (!mark) return condition;
      const yes = this.operators('||', () => this.operators('&&', () => this.relation()));
      this.stream.expect(':');
      return this.build.call(mark.offset, '_?_:_', condition, yes, this.expression());
    });
  }

  /** Holds the depth that is left to what `read` calls. */
  private nested<T>(read: () => T): T {
    this.deepen();
    const result = read();
    this.depth--;
    return result;
  }

  private deepen(): void {
    if (++this.depth <= deepestRecursion) return;
    throw new SyntaxProblem({
      message: `expression recursion limit exceeded: ${String(deepestRecursion)}`,
      offset: -1,
    });
  }

  /** Terms joined by a logical operator, as a balanced tree. */
  private operators(operator: '||' | '&&', read: () => Expr): Expr {
    const terms = [read()];
    const offsets: number[] = [];
    for (let found = this.stream.accept(operator); found; found = this.stream.accept(operator)) {
      offsets.push(found.offset);
      terms.push(read());
    }
    return this.balance(operator, { terms, offsets }, 0, offsets.length);
  }

  private balance(
    operator: '||' | '&&',
    chain: { readonly terms: readonly Expr[]; readonly offsets: readonly number[] },
    from: number,
    to: number,
  ): Expr {
    const middle = from + Math.floor((to - from) / 2);
    const term = chain.terms[middle];
    if (!term) throw new RangeError('no term');
    if (from === to) return term;
    const left = this.balance(operator, chain, from, middle);
    const right = this.balance(operator, chain, middle + 1, to);
    return this.build.call(chain.offsets[middle] ?? 0, `_${operator}_`, left, right);
  }

  private relation(): Expr {
    return this.leftAssociative(
      (token) => relations.has(token.text),
      () => this.sum(),
    );
  }

  private sum(): Expr {
    return this.leftAssociative(
      ({ text }) => text === '+' || text === '-',
      () => this.product(),
    );
  }

  private product(): Expr {
    return this.leftAssociative(
      ({ text }) => text === '*' || text === '/' || text === '%',
      () => this.unary(),
    );
  }

  /** Every operator of a chain makes the tree one deeper, so it counts as nested. */
  private leftAssociative(isOperator: (token: Token) => boolean, read: () => Expr): Expr {
    const before = this.depth;
    let expr = read();
    while (this.stream.isKind('operator') && isOperator(this.stream.next)) {
      const { text, offset } = this.stream.take();
      this.deepen();
      expr = this.build.call(offset, text === 'in' ? '@in' : `_${text}_`, expr, read());
    }
    this.depth = before;
    return expr;
  }

  private unary(): Expr {
    const sign = this.stream.is('!') ? '!' : '-';
    const first = this.stream.next;
    // `-1` is a literal; `--1` is one that is negated.
    if (!this.stream.is(sign) || (sign === '-' && this.isNumber(1))) return this.member();
    let count = 0;
    while (this.stream.is(sign) && !(sign === '-' && count % 2 === 1 && this.isNumber(1))) {
      this.stream.take();
      count++;
    }
    if (this.stream.isKind('end') && sign === '-') throw this.stream.noAlternative(first);
    const operand = this.member();
    if (count % 2 === 0) return operand;
    return this.build.call(first.offset, sign === '!' ? '!_' : '-_', operand);
  }

  private isNumber(ahead: number): boolean {
    const { kind } = this.stream.peek(ahead);
    return kind === 'int' || kind === 'float';
  }

  private member(): Expr {
    const before = this.depth;
    let expr = this.primary();
    for (;;) {
      const token = this.stream.next;
      if (this.stream.accept('.')) expr = this.afterDot(expr, token);
      else if (this.stream.accept('[')) expr = this.index(expr, token);
      else break;
      this.deepen();
    }
    this.depth = before;
    return expr;
  }

  private afterDot(target: Expr, dot: Token): Expr {
    const optional = this.stream.accept('?') !== undefined;
    const name = this.stream.next;
    if (name.kind !== 'identifier' && name.kind !== 'escaped') throw this.stream.noAlternative(dot);
    this.stream.take();
    const field = name.kind === 'escaped' ? name.text.slice(1, -1) : name.text;
    if (optional) return this.build.call(dot.offset, '_?._', target, this.build.literal(name.offset, field));
    const open = name.kind === 'identifier' ? this.stream.accept('(') : undefined;
    if (!open) return this.build.select(dot.offset, target, field);
    const args = readArguments(this.reader);
    return this.macroOr(open, target, field, args) ?? this.build.memberCall(open.offset, target, field, args);
  }

  private index(target: Expr, open: Token): Expr {
    const optional = this.stream.accept('?') !== undefined;
    const key = this.expression();
    this.stream.expect(']');
    return this.build.call(open.offset, optional ? '_[?_]' : '_[_]', target, key);
  }

  private primary(): Expr {
    const token = this.stream.next;
    switch (token.kind) {
      case 'identifier':
        return this.name();
      case 'operator':
        return this.enclosed(token);
      case 'end':
      case 'escaped':
        throw this.stream.noExpression();
      default:
        return this.literal(this.stream.take(), token, false);
    }
  }

  private enclosed(token: Token): Expr {
    switch (token.text) {
      case '(': {
        this.stream.take();
        const inner = this.expression();
        this.stream.expect(')');
        return inner;
      }
      case '[':
        return readList(this.reader);
      case '{':
        return readMap(this.reader);
      case '.':
        return this.name();
      case '-':
        if (!this.isNumber(1)) throw this.stream.noExpression();
        this.stream.take();
        return this.literal(this.stream.take(), token, true);
      default:
        throw this.stream.noExpression();
    }
  }

  private literal(token: Token, start: Token, negative: boolean): Expr {
    const value = literalValue(token, negative);
    if (typeof value === 'object' && value !== null && !(value instanceof CelObject)) {
      this.build.report(start.offset, value.issue);
      return this.build.literal(start.offset, null);
    }
    return this.build.literal(start.offset, value);
  }

  private name(): Expr {
    const dot = this.stream.accept('.');
    const token = this.stream.next;
    if (token.kind !== 'identifier') throw dot ? this.stream.noAlternative(dot) : this.stream.noExpression();
    this.stream.take();
    const constant = dot ? undefined : constants.get(token.text);
    if (constant !== undefined) return this.build.literal(token.offset, constant);
    if (reserved.has(token.text)) this.build.report(token.offset, `reserved identifier: ${token.text}`);
    const name = (dot ? '.' : '') + token.text;
    const open = this.stream.accept('(');
    if (open) {
      const args = readArguments(this.reader);
      return this.macroOr(open, undefined, name, args) ?? this.build.call(open.offset, name, ...args);
    }
    return readStruct(this.reader, name) ?? this.build.ident(token.offset, name);
  }

  private macroOr(open: Token, target: Expr | undefined, name: string, args: readonly Expr[]): Expr | undefined {
    if (this.options.withoutMacros) return undefined;
    return findMacro(
      name,
      target !== undefined,
      args.length,
    )?.({
      build: this.build,
      offset: open.offset,
      target: target ?? this.build.literal(open.offset, null),
      args,
    });
  }
}

const constants = new Map<string, Value>(Object.entries({ true: true, false: false, null: null }));
