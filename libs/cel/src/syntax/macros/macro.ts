import { accumulatorName, type Expr } from '../ast';
import type { ExprBuilder } from '../builder';

/** A call that may be a macro. */
export interface MacroCall {
  readonly build: ExprBuilder;
  /** Where the call is; all that it becomes is there, too. */
  readonly offset: number;
  readonly target: Expr;
  readonly args: readonly Expr[];
}

/** Writes a call out. Undefined if it is a plain call after all. */
export type Macro = (call: MacroCall) => Expr | undefined;

export function argument(call: MacroCall, index: number): Expr {
  const arg = call.args[index];
  if (!arg) throw new RangeError(`no argument ${String(index)}`);
  return arg;
}

/** The name of the variable that an argument declares. Something else is reported, and named by nobody. */
export function variable(call: MacroCall, index: number): string {
  const arg = argument(call, index);
  const name = arg.kind === 'ident' && !arg.name.startsWith('.') ? arg.name : undefined;
  if (name === undefined) call.build.report(arg.offset, 'argument must be a simple name');
  if (name === accumulatorName || name === '__result__')
    call.build.report(arg.offset, 'iteration variable overwrites accumulator variable');
  return name ?? '@unnamed';
}
