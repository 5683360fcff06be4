import type { ClusterEvent } from '../../framework/cluster-event';
import type { CycleState } from '../../framework/cycle-state';
import {
  maxNodeScore,
  type FilterPlugin,
  type PluginContext,
  type PreFilterPlugin,
  type PreFilterResult,
  type PreScorePlugin,
  type ScorePlugin,
} from '../../framework/plugin';
import { unresolvable, unschedulable, type Verdict } from '../../framework/verdict';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';
import type { TermIndex } from '../../snapshot/term-index';
import { AffinityState, countsOfTerms, OverlaidCounts, selects } from './state';

const affinityUnmet = unresolvable("node(s) didn't match pod affinity rules");
const antiAffinityUnmet = unschedulable("node(s) didn't match pod anti-affinity rules");
const refusedByOthers = unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");
const stateKey = 'InterPodAffinity';
const scoreKey = 'InterPodAffinity/score';

class Preferences {
  constructor(readonly sources: readonly { key: string; weights: ReadonlyMap<string, number>; factor: number }[]) {}
  copy(): this {
    return this;
  }
}

export interface InterPodAffinityArgs {
  /** What required affinity of placed pods adds to the score of a pod that they select. Default: 1. */
  readonly hardPodAffinityWeight?: number;
}

/**
 * Pods that must or would rather be near others, or away from them. Counts by domain
 * are kept up to date as pods come and go, so a pod costs as many look-ups as it has
 * terms and there are terms that select it, not as many as there are pods or nodes.
 */
export class InterPodAffinity implements PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin {
  readonly name = 'InterPodAffinity';
  private readonly hardWeight: number;

  constructor(
    private readonly context: PluginContext,
    args: unknown,
  ) {
    this.hardWeight = ((args ?? {}) as InterPodAffinityArgs).hardPodAffinityWeight ?? 1;
  }

  preFilter(cycle: CycleState, pod: PodInfo): PreFilterResult {
    const { state } = this.context;
    const refusing: OverlaidCounts[] = [];
    for (const { term, weights } of state.carriedAntiAffinity.candidates(pod.namespace))
      if (selects(state, term, pod)) refusing.push(new OverlaidCounts(term.topologyKey, weights));
    if (refusing.length === 0 && pod.requiredAffinity.length === 0 && pod.requiredAntiAffinity.length === 0)
      return { kind: 'skip' };
    // A pod counts towards affinity only when all terms select it; anti-affinity takes each term alone.
    const affinity = pod.requiredAffinity.map((term) => ({
      term,
      counts: new OverlaidCounts(term.topologyKey, countsOfTerms(state, term.topologyKey, pod.requiredAffinity).counts),
    }));
    const antiAffinity = pod.requiredAntiAffinity.map((term) => ({
      term,
      counts: new OverlaidCounts(term.topologyKey, countsOfTerms(state, term.topologyKey, [term]).counts),
    }));
    cycle.write(stateKey, new AffinityState(affinity, antiAffinity, refusing));
    return { kind: 'proceed' };
  }

  addPod(cycle: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void {
    this.change(cycle, pod, added, node, 1);
  }

  removePod(cycle: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void {
    this.change(cycle, pod, removed, node, -1);
  }

  filter(cycle: CycleState, pod: PodInfo, node: NodeInfo): Verdict {
    const found = cycle.read<AffinityState>(stateKey);
    if (!found) return undefined;
    const { labels } = node;
    if (found.affinity.length && !this.affinityHolds(found, pod, labels)) return affinityUnmet;
    for (const { counts } of found.antiAffinity) {
      const value = labels[counts.topologyKey];
      if (value !== undefined && counts.get(value) > 0) return antiAffinityUnmet;
    }
    for (const counts of found.refusing) {
      const value = labels[counts.topologyKey];
      if (value !== undefined && counts.get(value) > 0) return refusedByOthers;
    }
    return undefined;
  }

  preScore(cycle: CycleState, pod: PodInfo): 'skip' | undefined {
    const { state } = this.context;
    const sources: { key: string; weights: ReadonlyMap<string, number>; factor: number }[] = [];
    for (const term of pod.preferredAffinity)
      sources.push({
        key: term.topologyKey,
        weights: countsOfTerms(state, term.topologyKey, [term]).counts,
        factor: term.weight,
      });
    for (const term of pod.preferredAntiAffinity)
      sources.push({
        key: term.topologyKey,
        weights: countsOfTerms(state, term.topologyKey, [term]).counts,
        factor: -term.weight,
      });
    const carried = (index: TermIndex, factor: number): void => {
      for (const { term, weights } of index.candidates(pod.namespace))
        if (selects(state, term, pod)) sources.push({ key: term.topologyKey, weights, factor });
    };
    if (this.hardWeight > 0) carried(state.carriedAffinity, this.hardWeight);
    carried(state.carriedPreferredAffinity, 1);
    carried(state.carriedPreferredAntiAffinity, -1);
    if (sources.length === 0) return 'skip';
    cycle.write(scoreKey, new Preferences(sources));
    return undefined;
  }

  score(cycle: CycleState, _pod: PodInfo, node: NodeInfo): number {
    let sum = 0;
    for (const { key, weights, factor } of cycle.read<Preferences>(scoreKey)?.sources ?? []) {
      const value = node.labels[key];
      if (value !== undefined) sum += factor * (weights.get(value) ?? 0);
    }
    return sum;
  }

  normalize(_cycle: CycleState, _pod: PodInfo, scores: number[]): void {
    let least = Infinity;
    let most = -Infinity;
    for (const score of scores) {
      if (score < least) least = score;
      if (score > most) most = score;
    }
    for (let index = 0; index < scores.length; index += 1)
      scores[index] = most > least ? Math.floor((maxNodeScore * ((scores[index] ?? 0) - least)) / (most - least)) : 0;
  }

  readonly queueingHint = (pod: PodInfo, event: ClusterEvent): boolean => {
    if (event.resource === 'Node') return event.action !== 'delete';
    if (event.resource === 'Namespace') return true;
    if (event.resource !== 'Pod') return false;
    if (event.pod.key === pod.key) return event.action === 'update';
    const { state } = this.context;
    if (event.action !== 'add' && (pod.requiredAntiAffinity.length > 0 || event.pod.requiredAntiAffinity.length > 0))
      return true;
    return event.action !== 'delete' && pod.requiredAffinity.some((term) => selects(state, term, event.pod));
  };

  private affinityHolds(found: AffinityState, pod: PodInfo, labels: Readonly<Record<string, string>>): boolean {
    let near = true;
    for (const { counts } of found.affinity) {
      const value = labels[counts.topologyKey];
      if (value === undefined) return false;
      if (counts.get(value) <= 0) near = false;
    }
    if (near) return true;
    // The first of a group of pods that want to be together has nobody to be near to.
    return (
      found.affinity.every(({ counts }) => counts.isEmpty) &&
      found.affinity.every(({ term }) => selects(this.context.state, term, pod))
    );
  }

  private change(cycle: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
    const found = cycle.read<AffinityState>(stateKey);
    if (!found) return;
    const { state } = this.context;
    const near = found.affinity.every(({ term }) => selects(state, term, other));
    for (const { term, counts } of found.affinity) {
      const value = node.labels[term.topologyKey];
      if (value !== undefined && near) counts.change(value, by);
    }
    for (const { term, counts } of found.antiAffinity) {
      const value = node.labels[term.topologyKey];
      if (value !== undefined && selects(state, term, other)) counts.change(value, by);
    }
    for (const term of other.requiredAntiAffinity) {
      const value = node.labels[term.topologyKey];
      if (value === undefined || !selects(state, term, pod)) continue;
      // Any entry of the same key serves: the sum over the entries is what was counted.
      let counts = found.refusing.find(({ topologyKey }) => topologyKey === term.topologyKey && by === 1);
      if (by === -1)
        counts = found.refusing.find((each) => each.topologyKey === term.topologyKey && each.get(value) > 0);
      if (!counts) found.refusing.push((counts = new OverlaidCounts(term.topologyKey, new Map())));
      counts.change(value, by);
    }
  }
}
