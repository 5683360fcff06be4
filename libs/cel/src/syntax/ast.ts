import type { Value } from '../values/value';

interface Node {
  /** Tells the nodes of one expression apart, from 1. */
  readonly id: number;
  /** Where the node is shown in messages: an offset in code points. */
  readonly offset: number;
}

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: Value;
}

export interface Ident extends Node {
  readonly kind: 'ident';
  readonly name: string;
}

export interface Select extends Node {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  /** Whether only the presence of the field is asked for. */
  readonly test: boolean;
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly target?: Expr;
  readonly name: string;
  readonly args: readonly Expr[];
}

export interface ListExpr extends Node {
  readonly kind: 'list';
  readonly elements: readonly Expr[];
  /** The places of the elements that are optionals. */
  readonly optional: ReadonlySet<number>;
}

export interface MapEntry extends Node {
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}

export interface MapExpr extends Node {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

export interface StructField extends Node {
  readonly name: string;
  readonly value: Expr;
  readonly optional: boolean;
}

export interface Struct extends Node {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: readonly StructField[];
}

/** What macros become: a loop that folds a range into an accumulator. */
export interface Comprehension extends Node {
  readonly kind: 'comprehension';
  /** Which kind of loop it is: the compiler has code of its own for each. */
  readonly form: 'all' | 'exists' | 'existsOne' | 'list' | 'map' | 'binding';
  readonly range: Expr;
  readonly variable: string;
  /** The value, where `variable` is the index or the key. */
  readonly secondVariable?: string;
  readonly accumulator: string;
  readonly initial: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

export type Expr = Literal | Ident | Select | Call | ListExpr | MapExpr | Struct | Comprehension;

/** The variable in which macros gather their result. No identifier can be spelt like it. */
export const accumulatorName = '@result';

/** The nodes right below one, in the order in which they are read. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [expr.operand];
    case 'call':
      return expr.target ? [expr.target, ...expr.args] : expr.args;
    case 'list':
      return expr.elements;
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expr.fields.map(({ value }) => value);
    case 'comprehension':
      return [expr.range, expr.initial, expr.condition, expr.step, expr.result];
  }
}
