import type { Call, Expr } from '../syntax/ast';
import { costs } from './call-cost';
import { add, fixed, multiply, type Range, scale } from './range';
import type { Sizes } from './sizes';

/** A call whose cost is asked for. */
export interface EstimatedCall {
  readonly expr: Call;
  readonly name: string;
  readonly overload: string;
  readonly target: Expr | undefined;
  readonly argCosts: readonly Range[];
  readonly sizes: Sizes;
}

export interface CallEstimate {
  readonly cost: Range;
  /** How large the result is, where that can be told. */
  readonly size?: Range | undefined;
}

/** A pattern is taken to have a part for every four characters. */
export const pattern = (text: Range, expression: Range): Range =>
  multiply(scale(add(text, fixed(1)), costs.traversal), scale(expression, costs.regexLength));
