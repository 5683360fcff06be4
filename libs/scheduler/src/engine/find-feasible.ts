import { unresolvable } from '../framework/verdict';
import type { NodeInfo } from '../snapshot/node-info';
import { activeFilters, addPod, firstRefusal } from './filters';
import type { Profile } from './profile';
import type { Narrowed, Refused, Search } from './search';

const fewestNodes = 100;

/** How many suitable nodes are enough, as upstream: 50 % less 1 % for each 125 nodes, 5 % and 100 at least. */
export function nodesToFind(nodes: number, percentage: number): number {
  if (nodes < fewestNodes || percentage >= 100) return nodes;
  const adaptive = percentage > 0 ? percentage : Math.max(5, 50 - Math.floor(nodes / 125));
  return Math.max(fewestNodes, Math.floor((nodes * adaptive) / 100));
}

/** The nodes that suit the pod, as many as are enough; the others that were looked at are noted as refused. */
export function findFeasible(search: Search, { nodes: names, by }: Narrowed): NodeInfo[] {
  const { profile, input, pod, cycle, refused } = search;
  const { state, nominations } = input;
  const { nodes } = state;
  const filters = activeFilters(profile, cycle);
  const feasible: NodeInfo[] = [];
  const examine = (node: NodeInfo): void => {
    const found = nominations.isEmpty
      ? firstRefusal(filters, cycle, pod, node)
      : refusalWithNominated(search, filters, node);
    if (found) refused.set(node.name, found);
    else feasible.push(node);
  };
  const nominated = pod.pod.status?.nominatedNodeName;
  const preferred = nominated ? state.node(nominated) : undefined;
  if (preferred?.node) {
    examine(preferred);
    if (feasible.length) return feasible;
    refused.clear();
  }
  if (names) {
    const plugin = by[0] ?? '';
    const rejection = unresolvable(`node(s) didn't satisfy plugin(s) [${[...by].sort().join(' ')}]`);
    for (const node of nodes) if (!names.has(node.name)) refused.set(node.name, { plugin, rejection });
    for (const name of names) {
      const node = state.node(name);
      if (node?.node) examine(node);
    }
    return feasible;
  }
  const wanted = nodesToFind(nodes.length, profile.percentageOfNodesToScore ?? input.percentageOfNodesToScore);
  let looked = 0;
  const start = input.cursor % nodes.length;
  while (looked < nodes.length && feasible.length < wanted) {
    examine(nodes[(start + looked) % nodes.length] as NodeInfo);
    looked += 1;
  }
  input.cursor = (start + looked) % nodes.length;
  return feasible;
}

/** The node must suit both with and without the pods that preemption made room for there. */
function refusalWithNominated(
  { profile, input, pod, cycle }: Search,
  filters: Profile['filter'],
  node: NodeInfo,
): Refused | undefined {
  const others = input.nominations
    .on(node.name)
    .filter(({ key, priority }) => key !== pod.key && priority >= pod.priority);
  if (others.length) {
    const copy = node.copy();
    const state = cycle.copy();
    for (const other of others) addPod(profile, state, pod, other, copy);
    const found = firstRefusal(filters, state, pod, copy);
    if (found) return found;
  }
  return firstRefusal(filters, cycle, pod, node);
}
