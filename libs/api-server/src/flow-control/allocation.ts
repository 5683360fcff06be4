/** What a level would like of the seats, and between which bounds. */
export interface Want {
  /** Not below the lower bound. */
  readonly target: number;
  readonly lower: number;
  readonly upper: number;
}

/** No target is smaller, so that none is nothing. */
const leastTarget = 0.001;

/** Seats for each level, and the part of its target that a level gets whose bounds do not matter. */
export interface Allocation {
  readonly seats: readonly number[];
  readonly fairFraction: number;
}

/**
 * Divides seats so that each level gets the same part of its target, but for those that this would bring below their
 * lower or above their upper bound. Where the bounds do not admit the sum, they are kept all the same.
 * Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/conc_alloc.go.
 */
export function allocate(sum: number, wants: readonly Want[]): Allocation {
  const targets = wants.map(({ target }) => Math.max(target, leastTarget));
  const seatsAt = (fraction: number): number[] =>
    wants.map(({ lower, upper }, index) => Math.max(lower, Math.min(upper, fraction * (targets[index] ?? 0))));
  const bounds = wants
    .flatMap(({ lower, upper }, index) => [lower / (targets[index] ?? 1), upper / (targets[index] ?? 1)])
    .sort((a, b) => a - b);
  const total = (seats: readonly number[]): number => seats.reduce((all, one) => all + one, 0);
  // Between two bounds the sum grows evenly with the fraction.
  let below = bounds[0] ?? 0;
  for (const bound of bounds) {
    if (total(seatsAt(bound)) < sum) {
      below = bound;
      continue;
    }
    const [least, most] = [total(seatsAt(below)), total(seatsAt(bound))];
    const fairFraction = most > least ? below + ((bound - below) * Math.max(0, sum - least)) / (most - least) : bound;
    return { seats: seatsAt(fairFraction), fairFraction };
  }
  return { seats: seatsAt(below), fairFraction: below };
}
