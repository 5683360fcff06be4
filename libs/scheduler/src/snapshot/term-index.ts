import type { AffinityTerm } from './affinity-term';
import type { NodeInfo } from './node-info';
import { bump } from './pod-counter';
import type { PodInfo } from './pod-info';

/** A term that pods of the cluster carry, with where its carriers are. */
export interface CarriedTerm {
  readonly term: AffinityTerm;
  /** By domain: the number of carriers, times the weight. */
  readonly weights: Map<string, number>;
}

/** All terms of one kind (such as required anti-affinity) that placed pods carry; equal terms share an entry. */
export class TermIndex {
  private readonly byNamespace = new Map<string, Map<string, CarriedTerm>>();

  constructor(private readonly termsOf: (pod: PodInfo) => readonly AffinityTerm[]) {}

  /** The terms that can select pods of a namespace. */
  *candidates(namespace: string): IterableIterator<CarriedTerm> {
    yield* this.byNamespace.get(namespace)?.values() ?? [];
    yield* this.byNamespace.get('')?.values() ?? [];
  }

  get isEmpty(): boolean {
    return this.byNamespace.size === 0;
  }

  change(pod: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const term of this.termsOf(pod)) {
      const value = node.labels[term.topologyKey];
      if (value === undefined) continue;
      const places = term.namespaceSelector ? [''] : term.namespaces;
      for (const place of places) this.changeIn(place, term, value, by);
    }
  }

  private changeIn(place: string, term: AffinityTerm, value: string, by: 1 | -1): void {
    let terms = this.byNamespace.get(place);
    if (!terms) this.byNamespace.set(place, (terms = new Map()));
    const key = `${term.weight}|${term.key}`;
    let entry = terms.get(key);
    if (!entry) terms.set(key, (entry = { term, weights: new Map() }));
    bump(entry.weights, value, by * term.weight);
    if (entry.weights.size === 0) terms.delete(key);
    if (terms.size === 0) this.byNamespace.delete(place);
  }
}
