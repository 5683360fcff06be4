import type { Overload } from '../library/declare';
import type { Call } from '../syntax/ast';
import { formatArguments } from '../types/format-type';
import { boolType, dynType, errorType, listType, mapType, type Type } from '../types/type';
import { type Bindings, isSameType } from '../types/unify';
import type { CheckContext } from './context';

/** A call of a function that is known by its name. */
export interface ResolvedCall {
  readonly expr: Call;
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** Of the arguments; of the target first, if the call is a member's. */
  readonly types: readonly Type[];
  readonly member: boolean;
}

/** Finds the overloads that a call may be, and the type of its result. Upstream: checker.go, resolveOverload. */
export function resolveCall(context: CheckContext, call: ResolvedCall): Type {
  const { expr, name, overloads, types, member } = call;
  if (name === '_&&_' || name === '_||_') return logical(context, expr, types);
  let result: Type | undefined;
  const matching: Overload[] = [];
  for (const overload of overloads) {
    if (overload.member !== member || overload.parameters.length !== types.length) continue;
    if (!mayTake(overload.types, types)) continue;
    const candidate = instantiate(overload, context.bindings);
    if (!context.bindings.areAssignable(types, candidate.parameters)) continue;
    matching.push(overload);
    const found = context.bindings.substitute(candidate.result, false);
    if (!result) result = found;
    else if (!isSameType(result, found)) result = dynType;
  }
  if (!result) {
    const shown = types.map((type) => context.bindings.substitute(type, true));
    context.report(expr, `found no matching overload for '${name}' applied to '${formatArguments(shown, member)}'`);
    return errorType;
  }
  context.checked.calls.set(expr.id, { name, overloads: matching, global: !member });
  return result;
}

function logical(context: CheckContext, expr: Call, types: readonly Type[]): Type {
  let wrong = false;
  for (const [index, type] of types.entries()) {
    if (context.bindings.isAssignable(boolType, type)) continue;
    const arg = expr.args[index] ?? expr;
    context.report(arg, `expected type 'bool' but found '${context.show(type)}'`);
    wrong = true;
  }
  return wrong ? errorType : boolType;
}

/** A signature with parameters of its own. */
function instantiate(overload: Overload, bindings: Bindings): { parameters: readonly Type[]; result: Type } {
  const { types, result, generic } = overload;
  if (!generic) return { parameters: types, result };
  const fresh = new Map<string, Type>();
  const rename = (type: Type): Type => renamed(type, fresh, bindings);
  return { parameters: types.map(rename), result: rename(result) };
}

const simpleKinds = new Set([
  'bool',
  'int',
  'uint',
  'double',
  'string',
  'bytes',
  'list',
  'map',
  'timestamp',
  'duration',
]);

/** Whether the kinds of the types do not yet speak against it: quicker than to find out whether they fit. */
function mayTake(parameters: readonly Type[], types: readonly Type[]): boolean {
  for (let index = 0; index < types.length; index++) {
    const parameter = parameters[index]?.kind;
    const type = types[index]?.kind;
    if (parameter === type || parameter === undefined || type === undefined) continue;
    if (simpleKinds.has(parameter) && simpleKinds.has(type)) return false;
  }
  return true;
}

function renamed(type: Type, fresh: Map<string, Type>, bindings: Bindings): Type {
  switch (type.kind) {
    case 'parameter': {
      const found = fresh.get(type.name) ?? bindings.newParameter();
      fresh.set(type.name, found);
      return found;
    }
    case 'list':
      return listType(renamed(type.element, fresh, bindings));
    case 'map':
      return mapType(renamed(type.key, fresh, bindings), renamed(type.value, fresh, bindings));
    case 'opaque':
      return { ...type, parameters: type.parameters.map((parameter) => renamed(parameter, fresh, bindings)) };
    case 'type':
      return type.of ? { ...type, of: renamed(type.of, fresh, bindings) } : type;
    default:
      return type;
  }
}
