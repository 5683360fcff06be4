import type { Checked } from '../checker/checked';
import type { Call, Comprehension, Expr, ListExpr, MapExpr, Select } from '../syntax/ast';
import { costs } from './call-cost';
import { functionEstimate } from './function-estimate';
import { add, fixed, multiply, type Range, union, zero } from './range';
import { type DeclaredVariables, type Path, Sizes } from './sizes';

/** What an evaluation costs: the least and the most, which is Infinity where sizes have no bound. */
export interface CostEstimate {
  readonly min: number;
  readonly max: number;
}

/** Estimates what an evaluation of a checked expression costs. Upstream: cel-go checker/cost.go. */
export function estimateCost(expr: Expr, checked: Checked, variables: DeclaredVariables): CostEstimate {
  return new Estimator(checked, variables).cost(expr);
}

const select = fixed(costs.select);

class Estimator {
  private readonly sizes: Sizes;

  constructor(
    private readonly checked: Checked,
    variables: DeclaredVariables,
  ) {
    this.sizes = new Sizes(checked, variables);
  }

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case 'literal':
        return zero;
      case 'ident':
        this.sizes.setPath(expr, this.sizes.local(expr.name)?.path ?? { variable: expr.name, steps: [] });
        return select;
      case 'select':
        return this.select(expr);
      case 'call':
        return this.call(expr);
      case 'list':
        return this.list(expr);
      case 'map':
        return this.map(expr);
      case 'struct':
        return add(fixed(costs.struct), ...expr.fields.map(({ value }) => this.cost(value)));
      case 'comprehension':
        return expr.form === 'binding' ? this.binding(expr) : this.comprehension(expr);
    }
  }

  private select(expr: Select): Range {
    const operand = this.cost(expr.operand);
    if (expr.test) return operand;
    this.sizes.setPath(expr, below(this.sizes.path(expr.operand), expr.field));
    const { kind } = this.checked.typeOf(expr.operand);
    return kind === 'map' || kind === 'object' || kind === 'parameter' ? add(operand, select) : operand;
  }

  private call(expr: Call): Range {
    const [first] = expr.args;
    if (expr.name === 'dyn' && first) {
      const cost = this.cost(first);
      this.sizes.copy(expr, first);
      return add(fixed(1), cost);
    }
    const argCosts = expr.args.map((arg) => this.cost(arg));
    const found = this.checked.calls.get(expr.id);
    if (expr.name === '_?._') return add(select, ...argCosts);
    if (expr.name === '_&&_' || expr.name === '_||_') return logical(argCosts);
    if (!found) return zero;
    const target = found.global ? undefined : expr.target;
    const targetCost = target ? this.cost(target) : zero;
    let cost: Range = { min: Infinity, max: 0 };
    let size: Range | undefined;
    for (const overload of found.overloads) {
      const estimate = functionEstimate({
        expr,
        name: found.name,
        overload: overload.id,
        target,
        argCosts,
        sizes: this.sizes,
      });
      cost = union(cost, estimate.cost);
      if (estimate.size) size = size ? union(size, estimate.size) : estimate.size;
      if (first && (overload.id === 'index_list' || overload.id === 'index_map')) {
        size = this.sizes.entries(first)?.value;
        this.sizes.setPath(expr, below(this.sizes.path(first), overload.id === 'index_list' ? '@items' : '@values'));
      }
      size ??= this.sizes.of(expr);
    }
    this.sizes.set(expr, size);
    return add(targetCost, cost);
  }

  private list(expr: ListExpr): Range {
    const cost = add(fixed(costs.list), ...expr.elements.map((element) => this.cost(element)));
    const value = this.unionOf(expr.elements);
    this.sizes.setEntries(expr, { kind: 'list', key: fixed(1), value });
    return cost;
  }

  private map(expr: MapExpr): Range {
    const cost = add(fixed(costs.map), ...expr.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]));
    const key = this.unionOf(expr.entries.map((entry) => entry.key));
    const value = this.unionOf(expr.entries.map((entry) => entry.value));
    this.sizes.setEntries(expr, { kind: 'map', key, value });
    return cost;
  }

  private unionOf(nodes: readonly Expr[]): Range {
    if (nodes.length === 0) return zero;
    return nodes.map((node) => this.sizes.orUnknown(node)).reduce(union);
  }

  private comprehension(expr: Comprehension): Range {
    const { sizes } = this;
    const before = add(this.cost(expr.range), this.cost(expr.initial));
    const accumulator = { path: undefined, size: sizes.of(expr.initial), entries: sizes.entries(expr.initial) };
    const [loop, result] = sizes.with(expr.accumulator, accumulator, () => {
      const step = sizes.withRange(expr, () => add(this.cost(expr.condition), this.cost(expr.step)));
      return [step, this.cost(expr.result)] as const;
    });
    const count = sizes.orUnknown(expr.range);
    if (expr.initial.kind === 'literal') sizes.set(expr, sizes.of(expr.initial));
    else {
      sizes.set(expr, count);
      sizes.setEntries(expr, sizes.entries(expr.step));
    }
    return add(before, result, multiply(count, loop));
  }

  private binding(expr: Comprehension): Range {
    const { sizes } = this;
    const before = add(this.cost(expr.range), this.cost(expr.initial));
    const local = {
      path: sizes.path(expr.initial),
      size: sizes.of(expr.initial),
      entries: sizes.entries(expr.initial),
    };
    const result = sizes.with(expr.accumulator, local, () => this.cost(expr.result));
    sizes.copy(expr, expr.result);
    return add(before, result);
  }
}

const below = (path: Path | undefined, step: string): Path | undefined =>
  path && { variable: path.variable, steps: [...path.steps, step] };

/** The second operand may not be looked at. */
function logical([left = zero, right = zero]: readonly Range[]): Range {
  return { min: left.min, max: add(left, right).max };
}
