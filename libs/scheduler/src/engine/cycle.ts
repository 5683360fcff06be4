import { CycleState } from '../framework/cycle-state';
import { fitMessage } from '../framework/fit-message';
import type { PostFilterResult } from '../framework/plugin';
import { unresolvable, type Rejection, type Verdict } from '../framework/verdict';
import type { ClusterState } from '../snapshot/cluster-state';
import type { NodeInfo } from '../snapshot/node-info';
import type { PodInfo } from '../snapshot/pod-info';
import type { Nominations } from './nominations';
import type { Profile } from './profile';
import { scoreNodes, type Scored } from './scoring';

/** What a cycle works on beside the profile. */
export interface CycleInput {
  readonly state: ClusterState;
  readonly nominations: Nominations;
  readonly random: () => number;
  /** Share of nodes to find before scoring; 0 adapts to the size of the cluster. */
  readonly percentageOfNodesToScore: number;
  /** Where the next search begins; each cycle moves it on, so that all nodes have their turn. */
  cursor: number;
}

export interface Refused {
  readonly plugin: string;
  readonly rejection: Rejection;
}

export type Outcome =
  | {
      readonly kind: 'chosen';
      readonly node: string;
      readonly cycle: CycleState;
      readonly scored: Scored;
      readonly refused: ReadonlyMap<string, Refused>;
    }
  | {
      readonly kind: 'unschedulable';
      readonly message: string;
      readonly cycle: CycleState;
      readonly refused: ReadonlyMap<string, Refused>;
      /** Plugins whose objections an event has to concern to wake the pod. */
      readonly plugins: ReadonlySet<string>;
      readonly preemption?: PostFilterResult;
    };

const fewestNodes = 100;

/** How many suitable nodes are enough, as upstream: 50 % less 1 % for each 125 nodes, 5 % and 100 at least. */
export function nodesToFind(nodes: number, percentage: number): number {
  if (nodes < fewestNodes || percentage >= 100) return nodes;
  const adaptive = percentage > 0 ? percentage : Math.max(5, 50 - Math.floor(nodes / 125));
  return Math.max(fewestNodes, Math.floor((nodes * adaptive) / 100));
}

/** Decides where a pod goes. Reads the state and changes nothing but the cursor. */
export function runCycle(profile: Profile, input: CycleInput, pod: PodInfo): Outcome {
  const cycle = new CycleState();
  const refused = new Map<string, Refused>();
  const { nodes } = input.state;
  if (nodes.length === 0)
    return {
      kind: 'unschedulable',
      message: 'no nodes available to schedule pods',
      cycle,
      refused,
      plugins: new Set(),
    };
  const narrowed = preFilter(profile, cycle, pod);
  if ('plugin' in narrowed) {
    for (const node of nodes) refused.set(node.name, narrowed);
    const message = `0/${nodes.length} nodes are available: ${narrowed.rejection.reasons.join(', ')}.`;
    return explain(profile, input, pod, cycle, refused, message);
  }
  const feasible = findFeasible(profile, input, cycle, pod, narrowed, refused);
  if (feasible.length === 0) return explain(profile, input, pod, cycle, refused);
  const scored = scoreNodes(profile, cycle, pod, feasible, input.random);
  return { kind: 'chosen', node: scored.best.name, cycle, scored, refused };
}

interface Narrowed {
  readonly nodes: ReadonlySet<string> | undefined;
  readonly by: readonly string[];
}

function preFilter(profile: Profile, cycle: CycleState, pod: PodInfo): Narrowed | Refused {
  let nodes: ReadonlySet<string> | undefined;
  const by: string[] = [];
  for (const plugin of profile.preFilter) {
    const result = plugin.preFilter(cycle, pod);
    if (result.kind === 'reject') return { plugin: plugin.name, rejection: result.rejection };
    if (result.kind === 'skip') cycle.skippedFilters.add(plugin.name);
    else if (result.nodes) {
      by.push(plugin.name);
      const before: ReadonlySet<string> | undefined = nodes;
      nodes = before ? new Set([...result.nodes].filter((name) => before.has(name))) : result.nodes;
    }
  }
  return { nodes, by };
}

function findFeasible(
  profile: Profile,
  input: CycleInput,
  cycle: CycleState,
  pod: PodInfo,
  { nodes: names, by }: Narrowed,
  refused: Map<string, Refused>,
): NodeInfo[] {
  const { state, nominations } = input;
  const { nodes } = state;
  const filters = profile.filter.filter(({ name }) => !cycle.skippedFilters.has(name));
  const feasible: NodeInfo[] = [];
  const examine = (node: NodeInfo): void => {
    const found = nominations.isEmpty
      ? firstRefusal(filters, cycle, pod, node)
      : refusalWithNominated(profile, filters, cycle, pod, node, nominations);
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

function firstRefusal(
  filters: Profile['filter'],
  cycle: CycleState,
  pod: PodInfo,
  node: NodeInfo,
): Refused | undefined {
  for (const plugin of filters) {
    const rejection = plugin.filter(cycle, pod, node);
    if (rejection) return { plugin: plugin.name, rejection };
  }
  return undefined;
}

/** The node must suit both with and without the pods that preemption made room for there. */
function refusalWithNominated(
  profile: Profile,
  filters: Profile['filter'],
  cycle: CycleState,
  pod: PodInfo,
  node: NodeInfo,
  nominations: Nominations,
): Refused | undefined {
  const others = nominations.on(node.name).filter(({ key, priority }) => key !== pod.key && priority >= pod.priority);
  if (others.length) {
    const copy = node.copy();
    const state = cycle.copy();
    for (const other of others) addPod(profile, state, pod, other, copy);
    const found = firstRefusal(filters, state, pod, copy);
    if (found) return found;
  }
  return firstRefusal(filters, cycle, pod, node);
}

function addPod(profile: Profile, cycle: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void {
  node.addPod(added);
  for (const plugin of profile.preFilter) plugin.addPod?.(cycle, pod, added, node);
}

function removePod(profile: Profile, cycle: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void {
  node.removePod(removed.key);
  for (const plugin of profile.preFilter) plugin.removePod?.(cycle, pod, removed, node);
}

function explain(
  profile: Profile,
  input: CycleInput,
  pod: PodInfo,
  cycle: CycleState,
  refused: ReadonlyMap<string, Refused>,
  given?: string,
): Outcome {
  const { nodes } = input.state;
  const reasons = new Map<string, number>();
  const plugins = new Set<string>();
  for (const { plugin, rejection } of refused.values()) {
    plugins.add(plugin);
    for (const reason of rejection.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const filters = profile.filter.filter(({ name }) => !cycle.skippedFilters.has(name));
  const context = {
    nodes,
    rejections: new Map([...refused].map(([name, { rejection }]) => [name, rejection])),
    filter: (state: CycleState, candidate: PodInfo, node: NodeInfo): Verdict =>
      firstRefusal(filters, state, candidate, node)?.rejection,
    addPod: (state: CycleState, candidate: PodInfo, added: PodInfo, node: NodeInfo): void =>
      addPod(profile, state, candidate, added, node),
    removePod: (state: CycleState, candidate: PodInfo, removed: PodInfo, node: NodeInfo): void =>
      removePod(profile, state, candidate, removed, node),
  };
  let preemption: PostFilterResult | undefined;
  for (const plugin of profile.postFilter) {
    preemption = plugin.postFilter(cycle, pod, context);
    if (preemption) break;
  }
  const why = given ?? fitMessage(nodes.length, reasons);
  const message = preemption?.message ? `${why} ${preemption.message}` : why;
  return { kind: 'unschedulable', message, cycle, refused, plugins, ...(preemption ? { preemption } : {}) };
}
