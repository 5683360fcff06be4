import type { ObjectReader } from '../../framework/plugin';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';

/** A node that has room once these pods are gone. */
export interface Candidate {
  readonly node: NodeInfo;
  readonly victims: readonly PodInfo[];
  /** How many of them a disruption budget protects. */
  readonly violations: number;
}

const startOf = ({ pod }: PodInfo): string => pod.status?.startTime ?? pod.metadata?.creationTimestamp ?? '';

/** More important first: higher priority, then who has run longer. */
export function byImportance(a: PodInfo, b: PodInfo): number {
  return b.priority - a.priority || (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0);
}

/** Pods whose removal would break a disruption budget, and the others; each by importance. */
export function splitByBudget(
  pods: readonly PodInfo[],
  objects: ObjectReader,
): { violating: PodInfo[]; others: PodInfo[] } {
  const left = new Map<object, number>();
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const pod of [...pods].sort(byImportance)) {
    let violates = false;
    for (const budget of objects.disruptionBudgets(pod.namespace)) {
      if (!budget.matches(pod.labels) || budget.disruptedPods.has(pod.name)) continue;
      const allowed = (left.get(budget) ?? budget.disruptionsAllowed) - 1;
      left.set(budget, allowed);
      if (allowed < 0) violates = true;
    }
    (violates ? violating : others).push(pod);
  }
  return { violating, others };
}

/** The order of upstream: each criterion decides among those that tie in the ones before. */
const criteria: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => violations,
  ({ victims }) => Math.max(...victims.map(({ priority }) => priority)),
  ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0),
  ({ victims }) => victims.length,
  ({ victims }) => {
    const highest = Math.max(...victims.map(({ priority }) => priority));
    const starts = victims.filter(({ priority }) => priority === highest).map((pod) => Date.parse(startOf(pod)) || 0);
    return -Math.min(...starts);
  },
];

/** The node where removing pods does least harm. */
export function chooseCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const criterion of criteria) {
    if (left.length <= 1) break;
    const values = left.map(criterion);
    const least = Math.min(...values);
    left = left.filter((_, index) => values[index] === least);
  }
  return left[0];
}
