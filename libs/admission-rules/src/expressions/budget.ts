import { evaluateAsync, type Value } from '@skiff/cel';
import type { CompiledExpression } from './compile';

/** What an expression came to, or why it came to nothing. */
export type Outcome = { readonly value: Value } | { readonly error: string };

export const outOfBudget =
  'validation failed due to running out of cost budget, no further validation rules will be run';

/** No more can be evaluated. */
export class OutOfBudget extends Error {}

/** What the expressions of one write may cost together. */
export class Budget {
  constructor(private left: number) {}

  spend(cost: number): void {
    this.left -= cost;
    if (this.left < 0) throw new OutOfBudget(outOfBudget);
  }

  /** Evaluates an expression. Throws OutOfBudget. */
  async evaluate(expression: CompiledExpression, activation: Readonly<Record<string, unknown>>): Promise<Outcome> {
    if ('problem' in expression) return { error: expression.problem };
    const evaluation = await evaluateAsync(expression.program, activation);
    this.spend(evaluation.cost);
    if ('value' in evaluation) return { value: evaluation.value };
    return { error: `expression '${expression.text}' resulted in error: ${evaluation.error.message}` };
  }
}
