import type { CostFunction } from '../cost/call-cost';
import type { Overload } from '../library/declare';
import { noSuchOverload } from '../values/evaluation-error';
import type { Value } from '../values/value';
import type { Code } from './code';
import type { Run } from './run';

/** An overload, and what a call of it costs. */
export interface Callee {
  readonly overload: Overload;
  readonly cost: number | CostFunction;
  /** Whether the checker has held the arguments to the parameters. */
  readonly certain: boolean;
}

const accepts = ({ parameters }: Overload, values: readonly Value[]): boolean =>
  parameters.every(({ is }, index) => is(values[index] ?? null));

function chargeFor(run: Run, cost: number | CostFunction, args: readonly Value[]): void {
  run.charge(typeof cost === 'number' ? cost : cost(args[0] ?? null, args[1] ?? null, run));
}

/** A call of one of several overloads, whose arguments say which. The last one is the likeliest. */
function dispatched(callees: readonly Callee[], args: readonly Code[]): Code {
  let likely = callees[0];
  return (run) => {
    const values = args.map((arg) => arg(run));
    if (!likely || !accepts(likely.overload, values))
      likely = callees.find(({ overload }) => accepts(overload, values));
    if (!likely) throw noSuchOverload();
    chargeFor(run, likely.cost, values);
    return likely.overload.call(...values, run);
  };
}

export function unaryCall(callees: readonly Callee[], arg: Code): Code {
  const [only] = callees;
  if (!only || callees.length > 1) return dispatched(callees, [arg]);
  const { overload, cost, certain } = only;
  const { call } = overload;
  const [parameter] = overload.parameters;
  if (!parameter) return dispatched(callees, [arg]);
  const { is } = parameter;
  return (run) => {
    const value = arg(run);
    if (!certain && !is(value)) throw noSuchOverload();
    run.charge(typeof cost === 'number' ? cost : cost(value, null, run));
    return call(value, run);
  };
}

export function binaryCall(callees: readonly Callee[], one: Code, other: Code): Code {
  const [only] = callees;
  if (only && callees.length === 1) return certainBinary(only, one, other);
  let likely = callees[0];
  return (run) => {
    const first = one(run);
    const second = other(run);
    if (!likely || !acceptsTwo(likely, first, second))
      likely = callees.find((callee) => acceptsTwo(callee, first, second));
    if (!likely) throw noSuchOverload();
    const { cost } = likely;
    run.charge(typeof cost === 'number' ? cost : cost(first, second, run));
    return likely.overload.call(first, second, run);
  };
}

const acceptsTwo = ({ overload: { parameters } }: Callee, one: Value, other: Value): boolean =>
  parameters[0] !== undefined && parameters[1] !== undefined && parameters[0].is(one) && parameters[1].is(other);

function certainBinary(callee: Callee, one: Code, other: Code): Code {
  const { overload, cost, certain } = callee;
  const { call } = overload;
  if (certain && typeof cost === 'number')
    return (run) => {
      const first = one(run);
      const second = other(run);
      run.charge(cost);
      return call(first, second, run);
    };
  return (run) => {
    const first = one(run);
    const second = other(run);
    if (!certain && !acceptsTwo(callee, first, second)) throw noSuchOverload();
    run.charge(typeof cost === 'number' ? cost : cost(first, second, run));
    return call(first, second, run);
  };
}

export function call(callees: readonly Callee[], args: readonly Code[]): Code {
  const [one, other] = args;
  if (one && other && args.length === 2) return binaryCall(callees, one, other);
  if (one && args.length === 1) return unaryCall(callees, one);
  return dispatched(callees, args);
}
