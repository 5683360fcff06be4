import { Checker } from './checker/checker';
import { validateLiterals } from './checker/literals';
import { estimateCost, type CostEstimate } from './cost/estimate';
import type { Environment } from './environment';
import { Compiler } from './runtime/compiler';
import type { Code, Places } from './runtime/code';
import { Pending } from './runtime/pending';
import { Run } from './runtime/run';
import { parse } from './syntax/parser';
import type { Issue } from './syntax/source';
import type { Type } from './types/type';
import { evaluationErrorOf, type EvaluationError } from './values/evaluation-error';
import type { Value } from './values/value';

/** What one evaluation may cost by default. Upstream: k8s.io/apiserver/pkg/apis/cel, PerCallLimit. */
export const defaultBudget = 1_000_000;

export interface EvaluateOptions {
  /** What the evaluation may cost before it is cut off; {@link defaultBudget} if absent. */
  readonly budget?: number;
}

/** What came of an evaluation, and what it cost. */
export type Evaluation =
  | { readonly value: Value; readonly cost: number }
  | { readonly error: EvaluationError; readonly cost: number }
  /** The host has still to answer. When the promise is kept, evaluate again: the answer is known then. */
  | { readonly pending: Promise<void>; readonly cost: number };

/** A compiled expression. It keeps no state, and may be evaluated as often as one likes. */
export class Program {
  private known: CostEstimate | undefined;

  constructor(
    /** The type of the result. */
    readonly type: Type,
    private readonly code: Code,
    private readonly places: Places,
    private readonly computeEstimate: () => CostEstimate,
  ) {}

  /** What an evaluation costs at least and at most, going by the sizes that the types declare. */
  get estimate(): CostEstimate {
    return (this.known ??= this.computeEstimate());
  }

  /** The variables of the host that the expression reads. */
  get variables(): readonly string[] {
    return this.places.inputs;
  }

  /**
   * Evaluates the expression with variables of plain JSON, which are converted as far as they are looked at. An error
   * of the expression is a result; what the host throws passes through.
   */
  evaluate(activation: Readonly<Record<string, unknown>>, options: EvaluateOptions = {}): Evaluation {
    const run = new Run(activation, options.budget ?? defaultBudget, {
      slots: this.places.slots,
      inputs: this.places.inputs.length,
    });
    try {
      const value = this.code(run);
      return { value, cost: run.cost };
    } catch (thrown) {
      if (thrown instanceof Pending) return { pending: thrown.answered, cost: run.cost };
      return { error: evaluationErrorOf(thrown), cost: run.cost };
    }
  }
}

/** What came of compiling: a program, or what is wrong, in the words of upstream. */
export type Compilation =
  | { readonly program: Program }
  | {
      readonly issues: readonly Issue[];
      /** All issues as upstream shows them: `ERROR: <input>:1:5: …` and the place. */
      readonly message: string;
    };

/** Parses, checks and compiles an expression. Takes linear time for all that people write, and never throws. */
export function compile(text: string, environment: Environment): Compilation {
  const { source, expr, issues, count } = parse(text);
  const failed = (found: readonly Issue[]): Compilation => ({ issues: found, message: source.displayAll(found) });
  if (!expr) return failed(issues);
  const checker = new Checker(environment, count);
  const type = checker.check(expr);
  const { checked } = checker;
  if (checker.issues.length > 0) return failed(checker.issues);
  const wrong = environment.anyLiterals ? [] : validateLiterals(expr, checked);
  if (wrong.length > 0) return failed(wrong);
  const compiler = new Compiler(checked, (name) => environment.type(name));
  const { code } = compiler.compile(expr);
  // Policies have no use for it.
  const estimate = (): CostEstimate => estimateCost(expr, checked, environment);
  return { program: new Program(type, code, compiler.places, estimate) };
}

/** Evaluates an expression, and waits for the host where it has to. */
export async function evaluateAsync(
  program: Program,
  activation: Readonly<Record<string, unknown>>,
  options: EvaluateOptions = {},
): Promise<Exclude<Evaluation, { pending: unknown }>> {
  for (;;) {
    const evaluation = program.evaluate(activation, options);
    if (!('pending' in evaluation)) return evaluation;
    await evaluation.pending;
  }
}
