import { costs } from '../cost/call-cost';
import type { Comprehension, Expr } from '../syntax/ast';
import { describe } from '../values/describe';
import { EvaluationError, noSuchOverload } from '../values/evaluation-error';
import { ArrayList } from '../values/lists';
import { LiteralMap } from '../values/maps';
import { ListValue, MapValue, type Value } from '../values/value';
import type { Code, Compiled } from './code';
import type { Run } from './run';

/** What the compiler offers to those who compile loops. */
export interface FoldCompiler {
  compile(expr: Expr): Compiled;
  codeOf(expr: Expr): Code;
  newSlot(): number;
  withLocal<T>(name: string, code: Code, compile: () => T): T;
}

/** Does something with each element, until it says that this is enough. */
type Visit = (run: Run) => boolean;
type Loop = (run: Run, range: Value, visit: Visit) => void;

const readSlot =
  (slot: number): Code =>
  (run) => {
    run.charge(costs.select);
    return run.slots[slot] ?? null;
  };

/** Goes through a range, and has the variables of the loop in their slots. */
function loopOf(first: number, second: number | undefined): Loop {
  return (run, range, visit) => {
    const { slots } = run;
    if (range instanceof ListValue) {
      const { size } = range;
      for (let index = 0; index < size; index++) {
        slots[first] = second === undefined ? range.get(index) : index;
        if (second !== undefined) slots[second] = range.get(index);
        if (!visit(run)) return;
      }
      return;
    }
    if (!(range instanceof MapValue)) throw noSuchOverload();
    for (const key of range.keys()) {
      slots[first] = key;
      if (second !== undefined) slots[second] = range.get(key) ?? null;
      if (!visit(run)) return;
    }
  };
}

/** Compiles a loop. Its costs are those of the comprehension that it stands for. */
export function compileFold(expr: Comprehension, compiler: FoldCompiler): Code {
  const range = compiler.codeOf(expr.range);
  const first = compiler.newSlot();
  const second = expr.secondVariable === undefined ? undefined : compiler.newSlot();
  const inside = <T>(compile: () => T): T =>
    compiler.withLocal(expr.variable, readSlot(first), () =>
      expr.secondVariable === undefined || second === undefined
        ? compile()
        : compiler.withLocal(expr.secondVariable, readSlot(second), compile),
    );
  const loop = loopOf(first, second);
  const { step } = expr;
  switch (expr.form) {
    case 'all':
    case 'exists':
      return quantifier(
        expr.form === 'exists',
        range,
        loop,
        inside(() => compiler.codeOf(argument(step, 1))),
      );
    case 'existsOne':
      return counter(
        range,
        loop,
        inside(() => compiler.codeOf(argument(step, 0))),
      );
    default:
      return inside(() => gatherer(expr, compiler, range, loop));
  }
}

function argument(expr: Expr, index: number): Expr {
  const found = expr.kind === 'call' ? expr.args[index] : undefined;
  if (!found) throw new RangeError('no argument');
  return found;
}

/** `exists` and `all`: an error does not matter if another element decides. */
function quantifier(decisive: boolean, range: Code, loop: Loop, predicate: Code): Code {
  // The condition of the loop reads the accumulator and may negate it; the step reads it again.
  const condition = decisive ? 3 : 2;
  return (run) => {
    let problem: EvaluationError | undefined;
    let decided = false;
    loop(run, range(run), () => {
      run.charge(condition);
      if (decided) return false;
      run.charge(1);
      try {
        const value = predicate(run);
        if (value === decisive) decided = true;
        else if (typeof value !== 'boolean') problem ??= noSuchOverload();
      } catch (thrown) {
        if (!(thrown instanceof EvaluationError) || thrown.fatal) throw thrown;
        problem ??= thrown;
      }
      return true;
    });
    run.charge(1);
    if (decided) return decisive;
    if (problem) throw problem;
    return !decisive;
  };
}

function counter(range: Code, loop: Loop, predicate: Code): Code {
  return (run) => {
    let count = 0;
    loop(run, range(run), () => {
      const matched = predicate(run);
      if (typeof matched !== 'boolean') throw noSuchOverload();
      run.charge(matched ? 2 : 1);
      if (matched) count++;
      return true;
    });
    run.charge(2);
    return count === 1;
  };
}

/** `map`, `filter`, `transformList`, `transformMap`: `step` adds to the accumulator, for what a filter takes. */
function gatherer(expr: Comprehension, compiler: FoldCompiler, range: Code, loop: Loop): Code {
  const filtered = expr.step.kind === 'call' && expr.step.name === '_?_:_';
  const filter = filtered ? compiler.codeOf(argument(expr.step, 0)) : undefined;
  const add = filtered ? argument(expr.step, 1) : expr.step;
  const takes = (run: Run): boolean => {
    if (!filter) return true;
    const taken = filter(run);
    if (typeof taken !== 'boolean') throw noSuchOverload();
    if (!taken) run.charge(1);
    return taken;
  };
  return expr.form === 'list'
    ? listGatherer(add, compiler, range, loop, takes)
    : mapGatherer(add, compiler, range, loop, takes);
}

type Takes = (run: Run) => boolean;

function listGatherer(add: Expr, compiler: FoldCompiler, range: Code, loop: Loop, takes: Takes): Code {
  const list = argument(add, 1);
  const element = list.kind === 'list' ? list.elements[0] : undefined;
  if (!element) throw new RangeError('no element');
  const { code, constant } = compiler.compile(element);
  const cost = constant === undefined ? 2 + costs.list : 2;
  return (run) => {
    const values: Value[] = [];
    loop(run, range(run), () => {
      if (!takes(run)) return true;
      values.push(code(run));
      run.charge(cost);
      return true;
    });
    run.charge(1);
    return new ArrayList(values);
  };
}

const repeatedKey = (key: Value): EvaluationError =>
  new EvaluationError(`insert failed: key ${describe(key)} already exists`);

function mapGatherer(add: Expr, compiler: FoldCompiler, range: Code, loop: Loop, takes: Takes): Code {
  const entry = compiler.codeOf(argument(add, 1));
  const value = add.kind === 'call' && add.args[2] ? compiler.codeOf(add.args[2]) : undefined;
  return (run) => {
    const map = new LiteralMap();
    loop(run, range(run), () => {
      if (!takes(run)) return true;
      const key = entry(run);
      if (value) map.insert(key, value(run), repeatedKey);
      else insertAll(map, key);
      run.charge(2);
      return true;
    });
    run.charge(1);
    return map;
  };
}

function insertAll(map: LiteralMap, entries: Value): void {
  if (!(entries instanceof MapValue)) throw noSuchOverload();
  for (const key of entries.keys()) map.insert(key, entries.get(key) ?? null, repeatedKey);
}

/** `cel.bind`: the value is computed when it is read for the first time, if ever. */
export function compileBinding(expr: Comprehension, compiler: FoldCompiler): Code {
  const slot = compiler.newSlot();
  const initial = compiler.codeOf(expr.initial);
  const read: Code = (run) => {
    run.charge(costs.select);
    return (run.slots[slot] ??= initial(run));
  };
  const result = compiler.withLocal(expr.accumulator, read, () => compiler.codeOf(expr.result));
  return (run) => {
    run.slots[slot] = undefined;
    return result(run);
  };
}
