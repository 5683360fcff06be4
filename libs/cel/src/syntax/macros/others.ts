import type { Expr } from '../ast';
import { argument, type Macro, type MacroCall, variable } from './macro';

type Macros = readonly (readonly [string, Macro])[];

const has: Macro = (call) => {
  const field = argument(call, 0);
  if (field.kind === 'select') return call.build.select(call.offset, field.operand, field.field, true);
  call.build.report(field.offset, 'invalid argument to has() macro');
  return field;
};

export const hasMacro: Macros = [['has/1', has]];

/** A value with a name. Upstream: cel-go ext/bindings.go. */
function bind({ build, offset }: MacroCall, name: string, initial: Expr, result: Expr): Expr {
  return build.comprehension(offset, {
    form: 'binding',
    range: build.list(offset, []),
    variable: '#unused',
    accumulator: name,
    initial,
    condition: build.literal(offset, false),
    step: build.ident(offset, name),
    result,
  });
}

const isNamespace = (expr: Expr, name: string): boolean => expr.kind === 'ident' && expr.name === name;

export const bindMacro: Macros = [
  [
    '.bind/3',
    (call) => {
      if (!isNamespace(call.target, 'cel')) return undefined;
      const name = argument(call, 0);
      if (name.kind !== 'ident') {
        call.build.report(name.offset, 'cel.bind() variable names must be simple identifiers');
        return name;
      }
      return bind(call, name.name, argument(call, 1), argument(call, 2));
    },
  ],
];

/** `x.optMap(v, e)`: an optional of `e`, or none. The target is read twice, so it gets a name. */
const optionalMap =
  (wrap: (call: MacroCall, value: Expr) => Expr): Macro =>
  (call) => {
    const { build, offset } = call;
    const name = variable(call, 0);
    const value = build.memberCall(offset, call.target, 'value', []);
    return build.call(
      offset,
      '_?_:_',
      build.memberCall(offset, call.target, 'hasValue', []),
      wrap(call, bind(call, name, value, argument(call, 1))),
      build.call(offset, 'optional.none'),
    );
  };

/** Upstream: cel-go cel/library.go, optMap and optFlatMap. */
export const optionalMacros: Macros = [
  ['.optMap/2', optionalMap(({ build, offset }, value) => build.call(offset, 'optional.of', value))],
  ['.optFlatMap/2', optionalMap((_call, value) => value)],
];

/** Upstream: cel-go ext/math.go. */
const extreme =
  (name: 'greatest' | 'least', helper: 'math.@max' | 'math.@min'): Macro =>
  (call) => {
    const { build, offset, args } = call;
    if (!isNamespace(call.target, 'math')) return undefined;
    const wrong = args.find((arg) => !mayBeNumber(arg));
    if (args.length === 0) {
      build.report(call.target.offset, `math.${name}() requires at least one argument`);
      return call.target;
    }
    const [only] = args;
    if (args.length === 1 && only && (only.kind === 'list' ? isListOfNumbers(only.elements) : mayBeNumber(only)))
      return build.call(offset, helper, only);
    if (args.length === 1 || wrong) {
      const at = wrong ?? only ?? call.target;
      const what = args.length === 1 ? 'invalid single argument value' : 'simple literal arguments must be numeric';
      build.report(at.offset, `math.${name}() ${what}`);
      return at;
    }
    return args.length === 2
      ? build.call(offset, helper, ...args)
      : build.call(offset, helper, build.list(offset, args));
  };

const isListOfNumbers = (elements: readonly Expr[]): boolean => elements.length > 0 && elements.every(mayBeNumber);

function mayBeNumber(expr: Expr): boolean {
  if (expr.kind === 'literal')
    return typeof expr.value !== 'string' && typeof expr.value !== 'boolean' && isNumeric(expr);
  return expr.kind !== 'list' && expr.kind !== 'map' && expr.kind !== 'struct';
}

const isNumeric = ({ value }: Extract<Expr, { kind: 'literal' }>): boolean =>
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  (value !== null && typeof value === 'object' && (value.typeName === 'double' || value.typeName === 'uint'));

export const greatestAndLeast: Macros = [
  ['.greatest/*', extreme('greatest', 'math.@max')],
  ['.least/*', extreme('least', 'math.@min')],
];

const sortInput = '@__sortBy_input__';

/** Upstream: cel-go ext/lists.go, sortBy. */
export const sortByMacro: Macros = [
  [
    '.sortBy/2',
    (call) => {
      const { build, offset } = call;
      const input = (): Expr => build.ident(offset, sortInput);
      const name = variable(call, 0);
      const keys = build.comprehension(offset, {
        form: 'list',
        range: input(),
        variable: name,
        accumulator: '@result',
        initial: build.list(offset, []),
        condition: build.literal(offset, true),
        step: build.call(offset, '_+_', build.ident(offset, '@result'), build.list(offset, [argument(call, 1)])),
        result: build.ident(offset, '@result'),
      });
      const sorted = build.memberCall(offset, input(), '@sortByAssociatedKeys', [keys]);
      return bind(call, sortInput, call.target, sorted);
    },
  ],
];
