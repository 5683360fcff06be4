import type { CycleState } from '../framework/cycle-state';
import type { NodeInfo } from '../snapshot/node-info';
import type { PodInfo } from '../snapshot/pod-info';
import type { Profile } from './profile';

/** Nodes with what each plugin gave them, normalized and weighted. */
export interface Scored {
  readonly best: NodeInfo;
  readonly nodes: readonly NodeInfo[];
  readonly totals: readonly number[];
  /** In the order of `nodes`. */
  readonly byPlugin: readonly { readonly plugin: string; readonly scores: readonly number[] }[];
}

/** Scores suitable nodes and takes the best, at random among equals. A single node needs no scores. */
export function scoreNodes(
  profile: Profile,
  cycle: CycleState,
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  random: () => number,
): Scored {
  const [only] = nodes;
  if (!only) throw new RangeError('there is no node to score');
  if (nodes.length === 1) return { best: only, nodes, totals: [0], byPlugin: [] };
  for (const plugin of profile.preScore)
    if (plugin.preScore(cycle, pod, nodes) === 'skip') cycle.skippedScores.add(plugin.name);
  const totals = new Array<number>(nodes.length).fill(0);
  const byPlugin: { plugin: string; scores: number[] }[] = [];
  for (const { plugin, weight } of profile.score) {
    if (cycle.skippedScores.has(plugin.name)) continue;
    const scores = new Array<number>(nodes.length);
    for (let index = 0; index < nodes.length; index += 1)
      scores[index] = plugin.score(cycle, pod, nodes[index] as NodeInfo);
    plugin.normalize?.(cycle, pod, scores, nodes);
    for (let index = 0; index < nodes.length; index += 1) {
      const score = (scores[index] as number) * weight;
      scores[index] = score;
      totals[index] = (totals[index] as number) + score;
    }
    byPlugin.push({ plugin: plugin.name, scores });
  }
  return { best: pick(nodes, totals, random), nodes, totals, byPlugin };
}

function pick(nodes: readonly NodeInfo[], totals: readonly number[], random: () => number): NodeInfo {
  let best = 0;
  let equals = 1;
  for (let index = 1; index < nodes.length; index += 1) {
    const difference = (totals[index] as number) - (totals[best] as number);
    if (difference > 0) {
      best = index;
      equals = 1;
    } else if (difference === 0) {
      equals += 1;
      if (random() < 1 / equals) best = index;
    }
  }
  return nodes[best] as NodeInfo;
}
