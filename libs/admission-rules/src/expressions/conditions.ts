import { Budget, OutOfBudget } from './budget';
import type { CompiledExpression } from './compile';

/** A condition that a write has to meet for something to look at it. */
export interface Condition {
  readonly name: string;
  readonly expression: CompiledExpression;
}

export type ConditionsVerdict = { readonly matches: boolean } | { readonly error: string };

/** What all conditions of one webhook or policy may cost together. */
export const conditionsBudget = 2_500_000;

/**
 * Whether a write meets all conditions. One that it does not meet decides, whatever else fails.
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions/matcher.go.
 */
export async function evaluateConditions(
  conditions: readonly Condition[],
  activation: Readonly<Record<string, unknown>>,
  failsOpen: boolean,
): Promise<ConditionsVerdict> {
  const budget = new Budget(conditionsBudget);
  const errors: string[] = [];
  for (const { expression } of conditions) {
    try {
      const outcome = await budget.evaluate(expression, activation);
      if ('error' in outcome) errors.push(outcome.error);
      else if (outcome.value === false) return { matches: false };
      else if (outcome.value !== true)
        errors.push(`expression '${expression.text}' resulted in error: no such overload`);
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
      errors.push(error.message);
      break;
    }
  }
  if (errors.length === 0) return { matches: true };
  if (failsOpen) return { matches: false };
  return { error: errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]` };
}
