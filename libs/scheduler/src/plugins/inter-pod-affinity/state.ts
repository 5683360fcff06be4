import { termMatches, type AffinityTerm } from '../../snapshot/affinity-term';
import type { ClusterState } from '../../snapshot/cluster-state';
import { bump, PodCounter } from '../../snapshot/pod-counter';
import type { PodInfo } from '../../snapshot/pod-info';

/** Counts by domain that are shared with all cycles, and what preemption tries on top. */
export class OverlaidCounts {
  constructor(
    readonly topologyKey: string,
    private readonly base: ReadonlyMap<string, number>,
    private readonly delta: Map<string, number> = new Map(),
  ) {}

  get(value: string): number {
    const count = this.base.get(value) ?? 0;
    return this.delta.size === 0 ? count : count + (this.delta.get(value) ?? 0);
  }

  change(value: string, by: number): void {
    bump(this.delta, value, by);
  }

  /** Whether there is nothing in any domain. */
  get isEmpty(): boolean {
    if (this.delta.size === 0) return this.base.size === 0;
    for (const [value, count] of this.base) if (count + (this.delta.get(value) ?? 0) > 0) return false;
    return ![...this.delta.values()].some((count) => count > 0);
  }

  copy(): OverlaidCounts {
    return new OverlaidCounts(this.topologyKey, this.base, new Map(this.delta));
  }
}

/** Whether a term selects a pod, with the labels that its namespace has now. */
export function selects(state: ClusterState, term: AffinityTerm, pod: PodInfo): boolean {
  return termMatches(
    term,
    pod.namespace,
    pod.labels,
    term.namespaceSelector ? state.namespaceLabels(pod.namespace) : undefined,
  );
}

/** How many pods all of these terms select, in each domain of the topology key. */
export function countsOfTerms(state: ClusterState, topologyKey: string, terms: readonly AffinityTerm[]): PodCounter {
  const key = `affinity|${topologyKey}|${terms.map((term) => term.key).join('&')}`;
  return state.counter(key, () => {
    const [first] = terms;
    const [only] = first?.namespaces.size === 1 && !first.namespaceSelector ? first.namespaces : [];
    return new PodCounter(
      topologyKey,
      (pod) => terms.every((term) => selects(state, term, pod)),
      only,
      terms.some(({ namespaceSelector }) => namespaceSelector !== undefined),
    );
  });
}

/** What the filter of one pod reads. */
export class AffinityState {
  constructor(
    readonly affinity: readonly { readonly term: AffinityTerm; readonly counts: OverlaidCounts }[],
    readonly antiAffinity: readonly { readonly term: AffinityTerm; readonly counts: OverlaidCounts }[],
    /** Domains of pods that refuse this one. */
    readonly refusing: OverlaidCounts[],
  ) {}

  copy(): AffinityState {
    const copyAll = <T extends { term: AffinityTerm; counts: OverlaidCounts }>(
      list: readonly T[],
    ): { term: AffinityTerm; counts: OverlaidCounts }[] =>
      list.map(({ term, counts }) => ({ term, counts: counts.copy() }));
    return new AffinityState(
      copyAll(this.affinity),
      copyAll(this.antiAffinity),
      this.refusing.map((counts) => counts.copy()),
    );
  }
}
