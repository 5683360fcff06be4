import type { CycleState } from '../framework/cycle-state';
import { fitMessage } from '../framework/fit-message';
import type { PostFilterResult } from '../framework/plugin';
import type { Verdict } from '../framework/verdict';
import type { NodeInfo } from '../snapshot/node-info';
import type { PodInfo } from '../snapshot/pod-info';
import { activeFilters, addPod, firstRefusal, removePod } from './filters';
import type { Outcome } from './outcome';
import type { Search } from './search';

/** Why no node takes the pod, and what preemption could do about it. `given` says it in place of the nodes' reasons. */
export function unschedulable({ profile, input, pod, cycle, refused }: Search, given?: string): Outcome {
  const { nodes } = input.state;
  const reasons = new Map<string, number>();
  const plugins = new Set<string>();
  for (const { plugin, rejection } of refused.values()) {
    plugins.add(plugin);
    for (const reason of rejection.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const filters = activeFilters(profile, cycle);
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
