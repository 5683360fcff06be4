import type { LabelPredicate } from '@skiff/apimachinery';
import { compileRequiredNodes, hardEffects, untolerated } from '@skiff/resources';
import type { corev1 } from '@skiff/contracts';
import { compileSelector } from '../../snapshot/affinity-term';
import type { ClusterState } from '../../snapshot/cluster-state';
import type { NodeInfo } from '../../snapshot/node-info';
import { PodCounter } from '../../snapshot/pod-counter';
import type { PodInfo } from '../../snapshot/pod-info';

/** A spread constraint of one pod. */
export interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: LabelPredicate;
  readonly selectorKey: string;
  /** Whether a node's pods count, and its domain with them; undefined when every node does. */
  readonly includes: ((node: NodeInfo) => boolean) | undefined;
}

export function compileConstraint(pod: PodInfo, constraint: corev1.TopologySpreadConstraint): Constraint {
  const selector = compileSelector(constraint.labelSelector);
  const required = constraint.nodeAffinityPolicy === 'Ignore' ? undefined : compileRequiredNodes(pod.pod.spec);
  const honorsTaints = constraint.nodeTaintsPolicy === 'Honor';
  const tolerations = pod.pod.spec?.tolerations;
  const includes: Constraint['includes'] =
    required || honorsTaints
      ? (node: NodeInfo) =>
          (!required || required(node)) && (!honorsTaints || !untolerated(node.taints, tolerations, hardEffects))
      : undefined;
  return {
    topologyKey: constraint.topologyKey ?? '',
    maxSkew: constraint.maxSkew ?? 1,
    minDomains: constraint.minDomains ?? 1,
    selector: selector.matches,
    selectorKey: selector.key,
    includes,
  };
}

/** Pods that count: of the same namespace, selected, and not on their way out. */
function counterOf(state: ClusterState, pod: PodInfo, constraint: Constraint): PodCounter {
  const key = `spread|${constraint.topologyKey}|${pod.namespace}|${constraint.selectorKey}`;
  return state.counter(
    key,
    () =>
      new PodCounter(
        constraint.topologyKey,
        (other) => other.namespace === pod.namespace && !other.terminating && constraint.selector(other.labels),
        pod.namespace,
        false,
      ),
  );
}

/**
 * Pods by domain, with a zero for every domain without. Nodes count that have the
 * labels of all constraints of the pod and that the constraint includes; when that is
 * all nodes, the counts that are kept up to date serve as they are.
 */
export function countDomains(
  state: ClusterState,
  pod: PodInfo,
  constraint: Constraint,
  all: readonly Constraint[],
): { counts: ReadonlyMap<string, number>; domains: ReadonlyMap<string, number> } {
  const { includes, topologyKey } = constraint;
  const hasAllKeys = (node: NodeInfo): boolean => all.every(({ topologyKey: key }) => node.labels[key] !== undefined);
  const complete = all.every(({ topologyKey: key }) => carriedByAll(state, key));
  if (!includes && complete)
    return { counts: counterOf(state, pod, constraint).counts, domains: state.domainsOf(topologyKey) };
  const counts = new Map<string, number>();
  const domains = new Map<string, number>();
  for (const node of state.nodes) {
    const value = node.labels[topologyKey];
    if (value === undefined || !hasAllKeys(node) || includes?.(node) === false) continue;
    domains.set(value, (domains.get(value) ?? 0) + 1);
    let matching = 0;
    for (const other of node.pods.values())
      if (other.namespace === pod.namespace && !other.terminating && constraint.selector(other.labels)) matching += 1;
    if (matching) counts.set(value, (counts.get(value) ?? 0) + matching);
  }
  return { counts, domains };
}

const carried = new WeakMap<ReadonlyMap<string, number>, { nodes: readonly NodeInfo[]; all: boolean }>();

function carriedByAll(state: ClusterState, key: string): boolean {
  const domains = state.domainsOf(key);
  const { nodes } = state;
  const known = carried.get(domains);
  if (known?.nodes === nodes) return known.all;
  let sum = 0;
  for (const count of domains.values()) sum += count;
  carried.set(domains, { nodes, all: sum === nodes.length });
  return sum === nodes.length;
}
