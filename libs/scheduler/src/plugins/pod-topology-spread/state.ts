import type { OverlaidCounts } from '../inter-pod-affinity/state';
import type { Constraint } from './constraint';

/** A constraint that must hold, and what it counts. */
export interface Hard {
  readonly constraint: Constraint;
  readonly counts: OverlaidCounts;
  readonly domains: ReadonlyMap<string, number>;
  readonly self: number;
}

/** What the filter of one pod reads. */
export class HardState {
  constructor(readonly hard: readonly Hard[]) {}
  copy(): HardState {
    return new HardState(this.hard.map((each) => ({ ...each, counts: each.counts.copy() })));
  }
}

/** What the score of one pod reads. */
export class SoftState {
  readonly ignored = new Set<string>();
  constructor(
    readonly soft: readonly { constraint: Constraint; counts: ReadonlyMap<string, number>; weight: number }[],
  ) {}
  copy(): this {
    return this;
  }
}

/** How many pods the domain has that has the fewest. */
export function minimum({ counts, domains, constraint }: Hard): number {
  if (domains.size < constraint.minDomains) return 0;
  let least = Infinity;
  for (const value of domains.keys()) {
    const count = counts.get(value);
    if (count < least) least = count;
    if (least === 0) return 0;
  }
  return least;
}
