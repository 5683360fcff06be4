import { EvaluationError, noSuchOverload } from '../values/evaluation-error';
import type { Value } from '../values/value';
import type { Code } from './code';

/** What was thrown, if the other operand may still decide. */
function recoverable(thrown: unknown): EvaluationError {
  if (thrown instanceof EvaluationError && !thrown.fatal) return thrown;
  throw thrown;
}

/** `&&`, and `||`: an error of one operand does not matter where the other one decides. */
export function compileLogical(decisive: boolean, left: Code, right: Code): Code {
  return (run) => {
    let first: Value;
    try {
      first = left(run);
    } catch (thrown) {
      const problem = recoverable(thrown);
      if (right(run) === decisive) return decisive;
      throw problem;
    }
    if (first === decisive) return decisive;
    const second = right(run);
    if (second === decisive) return decisive;
    if (typeof first !== 'boolean' || typeof second !== 'boolean') throw noSuchOverload();
    return !decisive;
  };
}

export function compileConditional(condition: Code, yes: Code, no: Code): Code {
  return (run) => {
    const decision = condition(run);
    if (decision === true) return yes(run);
    if (decision === false) return no(run);
    throw noSuchOverload();
  };
}

/** Whether a loop goes on: unless it is known to be over. */
export function compileNotFalse(value: Code): Code {
  return (run) => {
    let found: Value;
    try {
      found = value(run);
    } catch (thrown) {
      recoverable(thrown);
      found = true;
    }
    run.charge(1);
    return found !== false;
  };
}
