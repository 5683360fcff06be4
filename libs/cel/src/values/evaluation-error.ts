/**
 * Why an expression has no value, as upstream words it. It is thrown, and no Error: nobody reads where in the
 * evaluator it came from, and `||` may have caught a thousand of them on the way.
 */
export class EvaluationError {
  constructor(
    readonly message: string,
    /** Whether the evaluation was cut off; no operator goes on after that. */
    readonly fatal = false,
  ) {}
}

export const noSuchOverload = (): EvaluationError => new EvaluationError('no such overload');
export const noSuchKey = (key: string): EvaluationError => new EvaluationError(`no such key: ${key}`);
export const costLimitExceeded = (): EvaluationError =>
  new EvaluationError('operation cancelled: actual cost limit exceeded', true);

/** What was thrown, as an error of the evaluation: exhausted memory for strings and stacks among it. */
export function evaluationErrorOf(thrown: unknown): EvaluationError {
  if (thrown instanceof EvaluationError) return thrown;
  // Strings have a greatest length, and calls a greatest depth.
  if (thrown instanceof RangeError) return new EvaluationError(`operation cancelled: ${thrown.message}`, true);
  throw thrown;
}
