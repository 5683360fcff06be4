import { costLimitExceeded } from '../values/evaluation-error';
import type { Value } from '../values/value';

/** How many values may be looked at, for a unit of the budget, by what costs the same for large operands. */
const stepsPerCost = 10;

/** One evaluation: what it has cost, and the values of its variables. */
export class Run {
  cost = 0;
  private steps = 0;
  /** The variables of comprehensions and bindings. */
  readonly slots: (Value | undefined)[];
  /** The variables of the host that were asked for. */
  readonly inputs: (Value | undefined)[];

  constructor(
    readonly activation: Readonly<Record<string, unknown>>,
    readonly limit: number,
    sizes: { readonly slots: number; readonly inputs: number },
  ) {
    this.slots = sizes.slots === 0 ? none : new Array<Value | undefined>(sizes.slots);
    this.inputs = sizes.inputs === 0 ? none : new Array<Value | undefined>(sizes.inputs);
  }

  /** Adds to the cost. Throws where that exceeds the budget. */
  charge(units: number): void {
    if ((this.cost += units) > this.limit) throw costLimitExceeded();
  }

  /** Counts values that were looked at beside what the cost says. Throws where there are too many. */
  step(values = 1): void {
    if ((this.steps += values) > 100_000 + this.limit * stepsPerCost) throw costLimitExceeded();
  }
}

const none: (Value | undefined)[] = [];
