import { accumulatorName, type Comprehension, type Expr } from '../ast';
import { argument, type Macro, type MacroCall, variable } from './macro';

interface Variables {
  readonly variable: string;
  readonly secondVariable?: string;
}

interface Fold {
  readonly form: Comprehension['form'];
  readonly initial: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

const accumulator = ({ build, offset }: MacroCall): Expr => build.ident(offset, accumulatorName);
const truth = ({ build, offset }: MacroCall, value: boolean): Expr => build.literal(offset, value);

const fold = (call: MacroCall, variables: Variables, parts: Fold): Expr =>
  call.build.comprehension(call.offset, { range: call.target, ...variables, accumulator: accumulatorName, ...parts });

function all(call: MacroCall, variables: Variables, predicate: Expr): Expr {
  const { build, offset } = call;
  return fold(call, variables, {
    form: 'all',
    initial: truth(call, true),
    condition: build.call(offset, '@not_strictly_false', accumulator(call)),
    step: build.call(offset, '_&&_', accumulator(call), predicate),
    result: accumulator(call),
  });
}

function exists(call: MacroCall, variables: Variables, predicate: Expr): Expr {
  const { build, offset } = call;
  return fold(call, variables, {
    form: 'exists',
    initial: truth(call, false),
    condition: build.call(offset, '@not_strictly_false', build.call(offset, '!_', accumulator(call))),
    step: build.call(offset, '_||_', accumulator(call), predicate),
    result: accumulator(call),
  });
}

function existsOne(call: MacroCall, variables: Variables, predicate: Expr): Expr {
  const { build, offset } = call;
  const one = (): Expr => build.literal(offset, 1);
  const counted = build.call(offset, '_+_', accumulator(call), one());
  return fold(call, variables, {
    form: 'existsOne',
    initial: build.literal(offset, 0),
    condition: truth(call, true),
    step: build.call(offset, '_?_:_', predicate, counted, accumulator(call)),
    result: build.call(offset, '_==_', accumulator(call), one()),
  });
}

/** Gathers in a list or a map what `add` makes of the accumulator, for the elements that the filter takes. */
function gather(call: MacroCall, variables: Variables, initial: Expr, add: Expr, filter?: Expr): Expr {
  return fold(call, variables, {
    form: initial.kind === 'list' ? 'list' : 'map',
    initial,
    condition: truth(call, true),
    step: filter ? call.build.call(call.offset, '_?_:_', filter, add, accumulator(call)) : add,
    result: accumulator(call),
  });
}

function gatherList(call: MacroCall, variables: Variables, element: Expr, filter?: Expr): Expr {
  const { build, offset } = call;
  const add = build.call(offset, '_+_', accumulator(call), build.list(offset, [element]));
  return gather(call, variables, build.list(offset, []), add, filter);
}

function gatherMap(call: MacroCall, variables: Variables, entry: readonly Expr[], filter?: Expr): Expr {
  const { build, offset } = call;
  const add = build.call(offset, 'cel.@mapInsert', accumulator(call), ...entry);
  return gather(call, variables, build.map(offset, []), add, filter);
}

type Quantifier = (call: MacroCall, variables: Variables, predicate: Expr) => Expr;

const oneVariable =
  (quantify: Quantifier): Macro =>
  (call) =>
    quantify(call, { variable: variable(call, 0) }, argument(call, 1));

function twoVariables(call: MacroCall): Variables {
  const names = { variable: variable(call, 0), secondVariable: variable(call, 1) };
  if (names.variable === names.secondVariable && names.variable !== '@unnamed')
    call.build.report(argument(call, 1).offset, `duplicate variable name: ${names.secondVariable}`);
  return names;
}

const withTwo =
  (quantify: Quantifier): Macro =>
  (call) =>
    quantify(call, twoVariables(call), argument(call, 2));

const map: Macro = (call) => gatherList(call, { variable: variable(call, 0) }, argument(call, 1));
const filteredMap: Macro = (call) =>
  gatherList(call, { variable: variable(call, 0) }, argument(call, 2), argument(call, 1));
const filter: Macro = (call) => {
  const name = variable(call, 0);
  return gatherList(call, { variable: name }, call.build.ident(call.offset, name), argument(call, 1));
};

const transformList: Macro = (call) => gatherList(call, twoVariables(call), argument(call, 2));
const filteredTransformList: Macro = (call) =>
  gatherList(call, twoVariables(call), argument(call, 3), argument(call, 2));

const keyOf = (call: MacroCall, { variable: key }: Variables): Expr => call.build.ident(call.offset, key);

const transformMap: Macro = (call) => {
  const variables = twoVariables(call);
  return gatherMap(call, variables, [keyOf(call, variables), argument(call, 2)]);
};
const filteredTransformMap: Macro = (call) => {
  const variables = twoVariables(call);
  return gatherMap(call, variables, [keyOf(call, variables), argument(call, 3)], argument(call, 2));
};
const transformMapEntry: Macro = (call) => gatherMap(call, twoVariables(call), [argument(call, 2)]);
const filteredTransformMapEntry: Macro = (call) =>
  gatherMap(call, twoVariables(call), [argument(call, 3)], argument(call, 2));

/** By name and number of arguments. Upstream: cel-go parser/macro.go, ext/comprehensions.go. */
export const comprehensionMacros: readonly (readonly [string, Macro])[] = [
  ['.all/2', oneVariable(all)],
  ['.exists/2', oneVariable(exists)],
  ['.exists_one/2', oneVariable(existsOne)],
  ['.existsOne/2', oneVariable(existsOne)],
  ['.map/2', map],
  ['.map/3', filteredMap],
  ['.filter/2', filter],
  ['.all/3', withTwo(all)],
  ['.exists/3', withTwo(exists)],
  ['.exists_one/3', withTwo(existsOne)],
  ['.existsOne/3', withTwo(existsOne)],
  ['.transformList/3', transformList],
  ['.transformList/4', filteredTransformList],
  ['.transformMap/3', transformMap],
  ['.transformMap/4', filteredTransformMap],
  ['.transformMapEntry/3', transformMapEntry],
  ['.transformMapEntry/4', filteredTransformMapEntry],
];
