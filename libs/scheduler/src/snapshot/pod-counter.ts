import type { NodeInfo } from './node-info';
import type { PodInfo } from './pod-info';

/**
 * How many pods that match lie in each domain of a topology key; kept up to date with
 * every pod that comes or goes, so that reading it costs nothing however large the
 * cluster is.
 */
export class PodCounter {
  /** Pods by the value of the node's label; a domain without pods is absent. */
  readonly counts = new Map<string, number>();
  total = 0;

  constructor(
    readonly topologyKey: string,
    readonly matches: (pod: PodInfo) => boolean,
    /** Pods elsewhere cannot match; undefined when pods of several namespaces can. */
    readonly namespace: string | undefined,
    /** Whether what matches depends on the labels of namespaces. */
    readonly readsNamespaceLabels: boolean,
  ) {}

  change(pod: PodInfo, node: NodeInfo, by: 1 | -1): void {
    const value = node.labels[this.topologyKey];
    if (value === undefined || !this.matches(pod)) return;
    this.total += by;
    bump(this.counts, value, by);
  }
}

/** Adds to a number in a map, and forgets it at zero. */
export function bump<K>(map: Map<K, number>, key: K, by: number): void {
  const next = (map.get(key) ?? 0) + by;
  if (next === 0) map.delete(key);
  else map.set(key, next);
}

const mostCounters = 2_000;

/** The counters that have been asked for lately. */
export class PodCounters {
  private readonly counters = new Map<string, PodCounter>();
  private readonly byNamespace = new Map<string, Set<PodCounter>>();

  /** Finds a counter, or makes it with one look at all pods. */
  get(key: string, make: () => PodCounter, nodes: Iterable<NodeInfo>): PodCounter {
    let counter = this.counters.get(key);
    if (!counter) {
      counter = make();
      for (const node of nodes) for (const pod of node.pods.values()) counter.change(pod, node, 1);
      const filed = this.byNamespace.get(counter.namespace ?? '') ?? new Set();
      this.byNamespace.set(counter.namespace ?? '', filed.add(counter));
    } else this.counters.delete(key);
    // The most recent one stands last.
    this.counters.set(key, counter);
    if (this.counters.size > mostCounters) {
      const [oldest] = this.counters.keys();
      if (oldest !== undefined) this.forget(oldest);
    }
    return counter;
  }

  change(pod: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const counter of this.byNamespace.get(pod.namespace) ?? []) counter.change(pod, node, by);
    for (const counter of this.byNamespace.get('') ?? []) counter.change(pod, node, by);
  }

  /** Labels of a namespace have changed, and so may what such counters match. */
  namespaceChanged(): void {
    for (const [key, counter] of this.counters) if (counter.readsNamespaceLabels) this.forget(key);
  }

  private forget(key: string): void {
    const counter = this.counters.get(key);
    if (!counter) return;
    this.counters.delete(key);
    const filed = this.byNamespace.get(counter.namespace ?? '');
    filed?.delete(counter);
    if (filed?.size === 0) this.byNamespace.delete(counter.namespace ?? '');
  }
}
