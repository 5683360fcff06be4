import type { Checked } from '../checker/checked';
import { callCost, costs } from '../cost/call-cost';
import type { Overload } from '../library/declare';
import type { Call, Comprehension, Expr, ListExpr, MapExpr, Select, Struct } from '../syntax/ast';
import type { ObjectType, Type } from '../types/type';
import { EvaluationError, noSuchOverload } from '../values/evaluation-error';
import { fromHost } from '../values/host-values';
import { ArrayList } from '../values/lists';
import { LiteralMap, StructValue } from '../values/maps';
import { describe } from '../values/describe';
import { OptionalValue, type Value } from '../values/value';
import { type Callee, call } from './calls';
import { type Code, type Compiled, constantCode, type Places } from './code';
import { compileBinding, compileFold } from './folds';
import { compileConditional, compileLogical, compileNotFalse } from './logic';
import { elementOf, hasMember, selectField, selectMember, selectOptional } from './members';

/** What a name of a comprehension or a binding is: how it is read. */
interface Local {
  readonly name: string;
  readonly code: Code;
}

/** Turns a checked expression into closures. Upstream: cel-go interpreter/planner.go, with its costs. */
export class Compiler {
  readonly places: Places = { slots: 0, inputs: [] };
  private readonly locals: Local[] = [];

  constructor(
    private readonly checked: Checked,
    private readonly findType: (name: string) => ObjectType | undefined,
  ) {}

  compile(expr: Expr): Compiled {
    switch (expr.kind) {
      case 'literal':
        return constantCode(expr.value);
      case 'ident':
        return this.name(expr, expr.name);
      case 'select':
        return this.checked.names.has(expr.id) ? this.name(expr, expr.field) : this.select(expr);
      case 'call':
        return this.call(expr);
      case 'list':
        return this.list(expr);
      case 'map':
        return this.map(expr);
      case 'struct':
        return this.struct(expr);
      case 'comprehension':
        return this.comprehension(expr);
    }
  }

  codeOf(expr: Expr): Code {
    return this.compile(expr).code;
  }

  newSlot(): number {
    return this.places.slots++;
  }

  /** Compiles with a name that stands for something else. */
  withLocal<T>(name: string, code: Code, compile: () => T): T {
    this.locals.push({ name, code });
    const result = compile();
    this.locals.pop();
    return result;
  }

  private name(expr: Expr, name: string): Compiled {
    const local = this.locals.findLast((found) => found.name === name);
    const declared = this.checked.names.get(expr.id);
    if (local && (!declared || declared.name === name)) return { code: local.code };
    if (!declared) throw new RangeError(`nobody declared ${name}`);
    if (declared.constant !== undefined) return constantCode(declared.constant);
    return { code: this.input(declared.name, declared.type) };
  }

  private input(name: string, type: Type): Code {
    let place = this.places.inputs.indexOf(name);
    if (place < 0) place = this.places.inputs.push(name) - 1;
    return (run) => {
      run.charge(costs.select);
      const known = run.inputs[place];
      if (known !== undefined) return known;
      const raw = run.activation[name];
      if (raw === undefined) throw new EvaluationError(`no such attribute(s): ${name}`);
      return (run.inputs[place] = fromHost(raw, type));
    };
  }

  private select(expr: Select): Compiled {
    const operand = this.codeOf(expr.operand);
    const { field } = expr;
    // Asking whether there is a field costs what reading the object costs.
    if (expr.test) return { code: (run) => hasMember(operand(run), field) };
    const type = this.checked.typeOf(expr.operand);
    const declared = type.kind === 'object' ? type.field(field) : undefined;
    const read = declared ? selectField(field, declared) : selectMember(field);
    return {
      code: (run) => {
        const value = operand(run);
        run.charge(costs.select);
        return read(value);
      },
    };
  }

  private call(expr: Call): Compiled {
    const [one, other, third] = expr.args;
    switch (expr.name) {
      case '_&&_':
      case '_||_':
        if (one && other) return { code: compileLogical(expr.name === '_||_', this.codeOf(one), this.codeOf(other)) };
        break;
      case '_?_:_':
        if (one && other && third)
          return { code: compileConditional(this.codeOf(one), this.codeOf(other), this.codeOf(third)) };
        break;
      case '@not_strictly_false':
        if (one) return { code: compileNotFalse(this.codeOf(one)) };
        break;
      case '_[_]':
        if (one && other) return { code: this.twoValues(one, other, elementOf) };
        break;
      case '_?._':
      case '_[?_]':
        if (one && other) return { code: this.twoValues(one, other, selectOptional) };
        break;
      case 'or':
      case 'orValue':
        if (this.isOptionalAlternative(expr) && expr.target && one)
          return { code: this.alternative(expr.name === 'or', this.codeOf(expr.target), this.codeOf(one)) };
    }
    return { code: this.functionCall(expr) };
  }

  private twoValues(one: Expr, other: Expr, compute: (one: Value, other: Value) => Value): Code {
    const first = this.codeOf(one);
    const second = this.codeOf(other);
    return (run) => {
      const operand = first(run);
      const key = second(run);
      run.charge(costs.select);
      return compute(operand, key);
    };
  }

  private isOptionalAlternative(expr: Call): boolean {
    return this.checked.calls.get(expr.id)?.overloads[0]?.id.startsWith('optional_or') === true;
  }

  /** `a.or(b)` and `a.orValue(b)`, which do not look at `b` where `a` has a value. */
  private alternative(keepOptional: boolean, one: Code, other: Code): Code {
    return (run) => {
      const first = one(run);
      if (!(first instanceof OptionalValue)) throw noSuchOverload();
      run.charge(costs.select);
      if (first.value === undefined) return other(run);
      return keepOptional ? first : first.value;
    };
  }

  private functionCall(expr: Call): Code {
    const found = this.checked.calls.get(expr.id);
    if (!found) throw new RangeError(`no function of ${expr.name}`);
    const nodes = found.global || !expr.target ? expr.args : [expr.target, ...expr.args];
    const args = nodes.map((node) => this.compile(node));
    const types = nodes.map((node) => this.checked.typeOf(node));
    const isConstantList = args[1]?.constant !== undefined;
    const callees = found.overloads.map((overload): Callee => {
      // Upstream makes a set of a list of literals.
      const free = overload.id === 'in_list' && isConstantList;
      const certain = isCertain(overload, types);
      return { overload, cost: free ? 0 : callCost(found.name, overload.id), certain };
    });
    return call(
      callees,
      args.map(({ code }) => code),
    );
  }

  private list(expr: ListExpr): Compiled {
    const elements = expr.elements.map((element) => this.compile(element));
    if (elements.every(({ constant }) => constant !== undefined) && expr.optional.size === 0)
      return constantCode(new ArrayList(elements.map(({ constant }) => constant ?? null)));
    const codes = elements.map(({ code }) => code);
    const { optional } = expr;
    if (optional.size > 0)
      return { code: (run) => new ArrayList(charged(run, costs.list, presentValues(run, codes, optional))) };
    return {
      code: (run) => {
        const values: Value[] = [];
        for (const code of codes) values.push(code(run));
        run.charge(costs.list);
        return new ArrayList(values);
      },
    };
  }

  private map(expr: MapExpr): Compiled {
    const entries = expr.entries.map(({ key, value, optional }) => ({
      key: this.codeOf(key),
      value: this.codeOf(value),
      optional,
    }));
    return {
      code: (run) => {
        const map = new LiteralMap();
        for (const { key, value, optional } of entries) {
          const name = key(run);
          const found = optional ? presentValue(value(run)) : value(run);
          if (found !== undefined) map.insert(name, found, repeatedKey);
        }
        if (entries.length > 0) run.charge(costs.map);
        return map;
      },
    };
  }

  private struct(expr: Struct): Compiled {
    const type = this.checked.typeOf(expr);
    const declared = type.kind === 'object' ? (this.findType(type.name) ?? type) : undefined;
    const fields = expr.fields.map(({ name, value, optional }) => ({
      name,
      jsonName: declared?.field(name)?.jsonName ?? name,
      value: this.codeOf(value),
      optional,
    }));
    const typeName = declared?.name ?? expr.name;
    return {
      code: (run) => {
        const values = new Map<string, { jsonName: string; value: Value }>();
        for (const { name, jsonName, value, optional } of fields) {
          const found = optional ? presentValue(value(run)) : value(run);
          if (found !== undefined) values.set(name, { jsonName, value: found });
        }
        run.charge(costs.struct);
        return new StructValue(typeName, values);
      },
    };
  }

  private comprehension(expr: Comprehension): Compiled {
    return { code: expr.form === 'binding' ? compileBinding(expr, this) : compileFold(expr, this) };
  }
}

const repeatedKey = (key: Value): EvaluationError => new EvaluationError(`Failed with repeated key ${describe(key)}`);

function charged<T>(run: { charge(units: number): void }, units: number, value: T): T {
  run.charge(units);
  return value;
}

function presentValue(value: Value): Value | undefined {
  if (value instanceof OptionalValue) return value.value;
  throw new EvaluationError('cannot initialize optional entry from a value that is no optional');
}

function presentValues(run: Parameters<Code>[0], codes: readonly Code[], optional: ReadonlySet<number>): Value[] {
  const values: Value[] = [];
  for (const [index, code] of codes.entries()) {
    const value = optional.has(index) ? presentValue(code(run)) : code(run);
    if (value !== undefined) values.push(value);
  }
  return values;
}

/** Whether values of these types are sure to be what the overload takes. */
const isCertain = (overload: Overload, types: readonly Type[]): boolean =>
  overload.parameters.every(({ type }, index) => {
    const given = types[index];
    if (type.kind === 'parameter' || type.kind === 'dyn') return true;
    // Objects are held to be maps of the host's, and null may be an opaque value's place.
    return given !== undefined && given.kind === type.kind && given.kind !== 'opaque';
  });
