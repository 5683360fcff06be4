import type { ClusterEvent } from '../../framework/cluster-event';
import type { CycleState } from '../../framework/cycle-state';
import type { PluginContext, PostFilterContext, PostFilterPlugin, PostFilterResult } from '../../framework/plugin';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';
import { fitMessage } from '../../framework/fit-message';
import { chooseCandidate, splitByBudget, type Candidate } from './candidates';

const notHelpful = 'Preemption is not helpful for scheduling';
const noVictims = 'No preemption victims found for incoming pod';

export interface DefaultPreemptionArgs {
  /** How many nodes are tried at least, as a share of all. Default: 10 %. */
  readonly minCandidateNodesPercentage?: number;
  /** How many nodes are tried at least. Default: 100. */
  readonly minCandidateNodesAbsolute?: number;
}

/** Makes room for a pod by removing as few and as unimportant pods as will do, from one node. */
export class DefaultPreemption implements PostFilterPlugin {
  readonly name = 'DefaultPreemption';
  private readonly share: number;
  private readonly least: number;

  constructor(
    private readonly context: PluginContext,
    args: unknown,
  ) {
    const given = (args ?? {}) as DefaultPreemptionArgs;
    this.share = (given.minCandidateNodesPercentage ?? 10) / 100;
    this.least = given.minCandidateNodesAbsolute ?? 100;
  }

  postFilter(cycle: CycleState, pod: PodInfo, context: PostFilterContext): PostFilterResult | undefined {
    const refused = this.ineligible(pod, context);
    if (refused) return { message: `preemption: ${refused}` };
    const wanted = Math.max(Math.floor(context.nodes.length * this.share), this.least);
    const reasons = new Map<string, number>();
    const count = (reason: string): void => void reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const candidates: Candidate[] = [];
    const offset = Math.floor(this.context.random() * context.nodes.length);
    for (let index = 0; index < context.nodes.length && candidates.length < wanted; index += 1) {
      const node = context.nodes[(offset + index) % context.nodes.length] as NodeInfo;
      const rejection = context.rejections.get(node.name);
      if (!rejection?.resolvable) {
        count(notHelpful);
        continue;
      }
      const found = this.tryNode(cycle, pod, node, context);
      if (typeof found === 'object') candidates.push(found);
      else count(found);
    }
    const chosen = chooseCandidate(candidates);
    if (!chosen) return { message: `preemption: ${fitMessage(context.nodes.length, reasons)}` };
    return { nominatedNode: chosen.node.name, victims: chosen.victims, message: '' };
  }

  readonly queueingHint = (_pod: PodInfo, event: ClusterEvent): boolean =>
    event.resource === 'Pod' && event.action === 'delete';

  private ineligible(pod: PodInfo, context: PostFilterContext): string | undefined {
    if (pod.pod.spec?.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
    const nominated = pod.pod.status?.nominatedNodeName;
    const node = nominated ? this.context.state.node(nominated) : undefined;
    if (!node || context.rejections.get(node.name)?.resolvable === false) return undefined;
    for (const other of node.pods.values())
      if (other.terminating && other.priority < pod.priority)
        return 'not eligible due to a terminating pod on the nominated node.';
    return undefined;
  }

  /** The pods that have to go from a node, or why removing any does not help. */
  private tryNode(cycle: CycleState, pod: PodInfo, original: NodeInfo, context: PostFilterContext): Candidate | string {
    const lower = [...original.pods.values()].filter(({ priority }) => priority < pod.priority);
    if (lower.length === 0) return noVictims;
    const node = original.copy();
    const state = cycle.copy();
    for (const victim of lower) context.removePod(state, pod, victim, node);
    const rejection = context.filter(state, pod, node);
    if (rejection) return rejection.reasons.join(', ');
    const { violating, others } = splitByBudget(lower, this.context.objects);
    const victims: PodInfo[] = [];
    let violations = 0;
    // The important come back first, and those that a budget protects before all.
    for (const [list, protectedByBudget] of [
      [violating, true],
      [others, false],
    ] as const) {
      for (const victim of list) {
        context.addPod(state, pod, victim, node);
        if (!context.filter(state, pod, node)) continue;
        context.removePod(state, pod, victim, node);
        victims.push(victim);
        if (protectedByBudget) violations += 1;
      }
    }
    return victims.length ? { node: original, victims, violations } : noVictims;
  }
}
