import type { Call, Comprehension, Expr, Ident, Select } from '../syntax/ast';
import type { Issue } from '../syntax/source';
import {
  boolType,
  bytesType,
  doubleType,
  dynType,
  errorType,
  intType,
  nullType,
  optionalType,
  optionalValueType,
  stringType,
  type Type,
  uintType,
} from '../types/type';
import { BytesValue, DoubleValue, type Value } from '../values/value';
import { checkList, checkMap, checkStruct } from './aggregates';
import type { Checked } from './checked';
import { CheckContext } from './context';
import { resolveCall } from './resolve';
import { candidateNames, type Names } from './scope';

/** Finds the type of every node, and the functions that are called. Upstream: cel-go checker/checker.go. */
export class Checker {
  private readonly context: CheckContext;

  constructor(names: Names, count: number) {
    this.context = new CheckContext(names, count);
  }

  get issues(): readonly Issue[] {
    return this.context.issues;
  }

  get checked(): Checked {
    return this.context.checked;
  }

  /** The type of the expression. Every node has one without parameters afterwards. */
  check(expr: Expr): Type {
    this.visit(expr);
    const { types } = this.checked;
    for (const [id, type] of types.entries()) if (type) types[id] = this.context.bindings.substitute(type, true);
    return this.checked.typeOf(expr);
  }

  private readonly visit = (expr: Expr): Type => {
    const type = this.typeOf(expr);
    this.checked.types[expr.id] = type;
    return type;
  };

  private typeOf(expr: Expr): Type {
    switch (expr.kind) {
      case 'literal':
        return literalType(expr.value);
      case 'ident':
        return this.ident(expr);
      case 'select':
        return this.select(expr);
      case 'call':
        return this.call(expr);
      case 'list':
        return checkList(this.context, this.visit, expr);
      case 'map':
        return checkMap(this.context, this.visit, expr);
      case 'struct':
        return checkStruct(this.context, this.visit, expr);
      case 'comprehension':
        return this.comprehension(expr);
    }
  }

  private ident(expr: Ident): Type {
    const declared = this.context.lookUp(expr.name);
    if (!declared) return this.context.undeclared(expr, expr.name);
    this.checked.names.set(expr.id, declared);
    return declared.type;
  }

  private select(expr: Select): Type {
    const name = qualifiedName(expr);
    const declared = name !== undefined && !this.isLocal(name) ? this.context.lookUp(name) : undefined;
    if (declared) {
      this.checked.names.set(expr.id, declared);
      return expr.test ? boolType : declared.type;
    }
    const type = this.fieldType(expr, this.visit(expr.operand), expr.field, false);
    return expr.test ? boolType : type;
  }

  /** Whether the first part of a name is a variable of a comprehension, which hides all others. */
  private isLocal(name: string): boolean {
    const first = name.slice(0, name.indexOf('.'));
    return this.context.locals.some((declared) => declared.name === first);
  }

  private fieldType(node: { readonly offset: number }, of: Type, field: string, optional: boolean): Type {
    const operand = this.context.known(of);
    const inner = optionalValueType(operand);
    const wrap = (type: Type): Type => ((inner || optional) && type.kind !== 'error' ? optionalType(type) : type);
    const target = inner ? this.context.known(inner) : operand;
    switch (target.kind) {
      case 'map':
        return wrap(target.value);
      case 'object': {
        const found = target.field(field);
        if (found) return wrap(found.type);
        this.context.report(node, `undefined field '${field}'`);
        return errorType;
      }
      case 'parameter':
        this.context.isAssignable(target, dynType);
        return wrap(dynType);
      case 'dyn':
      case 'error':
        return wrap(dynType);
      default:
        this.context.report(node, `type '${this.context.show(target)}' does not support field selection`);
        return errorType;
    }
  }

  private call(expr: Call): Type {
    if (expr.name === '_?._') return this.optionalSelect(expr);
    const argumentTypes = expr.args.map((arg) => this.visit(arg));
    if (!expr.target)
      return this.globalCall(expr, expr.name, argumentTypes) ?? this.context.undeclared(expr, expr.name);
    const prefix = qualifiedName(expr.target);
    if (prefix !== undefined) {
      const found = this.globalCall(expr, `${prefix}.${expr.name}`, argumentTypes);
      if (found) return found;
    }
    const types = [this.visit(expr.target), ...argumentTypes];
    const declaration = this.context.names.function(expr.name);
    if (!declaration) return this.context.undeclared(expr, expr.name);
    return resolveCall(this.context, { expr, name: expr.name, overloads: declaration.overloads, types, member: true });
  }

  private optionalSelect(expr: Call): Type {
    const [operand, field] = expr.args;
    if (!operand || field?.kind !== 'literal' || typeof field.value !== 'string') {
      this.context.report(expr, 'unsupported optional field selection');
      return errorType;
    }
    const type = this.visit(operand);
    this.visit(field);
    return this.fieldType(expr, type, field.value, true);
  }

  private globalCall(expr: Call, name: string, types: readonly Type[]): Type | undefined {
    for (const candidate of candidateNames(this.context.names.container, name)) {
      const found = this.context.names.function(candidate);
      if (found)
        return resolveCall(this.context, { expr, name: candidate, overloads: found.overloads, types, member: false });
    }
    return undefined;
  }

  private comprehension(expr: Comprehension): Type {
    const range = this.context.known(this.visit(expr.range));
    const accumulator = this.visit(expr.initial);
    const [first, second] = this.rangeTypes(expr, range);
    this.context.locals.push({ name: expr.accumulator, type: accumulator });
    this.context.locals.push({ name: expr.variable, type: first });
    if (expr.secondVariable !== undefined) this.context.locals.push({ name: expr.secondVariable, type: second });
    this.expect(expr.condition, boolType);
    this.expect(expr.step, accumulator);
    if (expr.secondVariable !== undefined) this.context.locals.pop();
    this.context.locals.pop();
    const result = this.visit(expr.result);
    this.context.locals.pop();
    return result;
  }

  private rangeTypes(expr: Comprehension, range: Type): readonly [Type, Type] {
    const two = expr.secondVariable !== undefined;
    switch (range.kind) {
      case 'list':
        return two ? [intType, range.element] : [range.element, errorType];
      case 'map':
        return [range.key, range.value];
      case 'parameter':
        this.context.isAssignable(range, dynType);
        return [dynType, dynType];
      case 'dyn':
      case 'error':
        return [dynType, dynType];
      default:
        this.context.report(
          expr.range,
          `expression of type '${this.context.show(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
        return [errorType, errorType];
    }
  }

  private expect(expr: Expr, expected: Type): void {
    const type = this.visit(expr);
    if (this.context.isAssignable(expected, type)) return;
    this.context.report(expr, `expected type '${this.context.show(expected)}' but found '${this.context.show(type)}'`);
  }
}

/** `a.b.c`, if the expression is nothing but names. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test) return undefined;
  const operand = qualifiedName(expr.operand);
  return operand === undefined ? undefined : `${operand}.${expr.field}`;
}

function literalType(value: Value): Type {
  switch (typeof value) {
    case 'string':
      return stringType;
    case 'boolean':
      return boolType;
    case 'number':
    case 'bigint':
      return intType;
    default:
      if (value === null) return nullType;
      if (value instanceof DoubleValue) return doubleType;
      return value instanceof BytesValue ? bytesType : uintType;
  }
}
