import type { ClusterEvent } from '../../framework/cluster-event';
import type { CycleState } from '../../framework/cycle-state';
import { normalizeByMaximum } from '../../framework/normalize';
import type {
  FilterPlugin,
  PreFilterPlugin,
  PreFilterResult,
  PreScorePlugin,
  ScorePlugin,
} from '../../framework/plugin';
import { unresolvable, type Verdict } from '../../framework/verdict';
import { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';
import { compileNodeTerm, compileRequiredNodes, namedNodes, type NodePredicate } from '@skiff/resources';

const mismatch = unresolvable("node(s) didn't match Pod's node affinity/selector");

class State {
  constructor(readonly matches: NodePredicate) {}
  copy(): this {
    return this;
  }
}

class Preferences {
  constructor(readonly terms: readonly { readonly weight: number; readonly matches: NodePredicate }[]) {}
  copy(): this {
    return this;
  }
}

/** Node selectors, and required and preferred node affinity. */
export class NodeAffinity implements PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin {
  readonly name = 'NodeAffinity';

  preFilter(cycle: CycleState, { pod: { spec } }: PodInfo): PreFilterResult {
    const matches = compileRequiredNodes(spec);
    if (!matches) return { kind: 'skip' };
    cycle.write('NodeAffinity', new State(matches));
    const nodes = namedNodes(spec);
    if (nodes?.size === 0) return { kind: 'reject', rejection: unresolvable('pod affinity terms conflict') };
    return nodes ? { kind: 'proceed', nodes } : { kind: 'proceed' };
  }

  filter(cycle: CycleState, _pod: PodInfo, node: NodeInfo): Verdict {
    return cycle.read<State>('NodeAffinity')?.matches(node) === false ? mismatch : undefined;
  }

  preScore(cycle: CycleState, { pod: { spec } }: PodInfo): 'skip' | undefined {
    const preferred = spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
    if (!preferred?.length) return 'skip';
    const terms = preferred.map(({ weight, preference }) => ({
      weight: weight ?? 0,
      matches: compileNodeTerm(preference),
    }));
    cycle.write('NodeAffinity/score', new Preferences(terms));
    return undefined;
  }

  score(cycle: CycleState, _pod: PodInfo, node: NodeInfo): number {
    let sum = 0;
    for (const { weight, matches } of cycle.read<Preferences>('NodeAffinity/score')?.terms ?? [])
      if (matches(node)) sum += weight;
    return sum;
  }

  normalize(_cycle: CycleState, _pod: PodInfo, scores: number[]): void {
    normalizeByMaximum(scores, false);
  }

  readonly queueingHint = (pod: PodInfo, event: ClusterEvent): boolean => {
    if (event.resource !== 'Node' || event.action === 'delete') return false;
    return compileRequiredNodes(pod.pod.spec)?.(new NodeInfo(event.node.metadata?.name ?? '', event.node)) ?? true;
  };
}
