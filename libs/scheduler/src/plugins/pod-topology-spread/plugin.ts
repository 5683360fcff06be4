import type { corev1 } from '@skiff/contracts';
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
import { OverlaidCounts } from '../inter-pod-affinity/state';
import { compileConstraint, countDomains, type Constraint } from './constraint';
import { HardState, minimum, SoftState } from './state';

const skewed = unschedulable("node(s) didn't match pod topology spread constraints");
const unlabelled = unresolvable("node(s) didn't match pod topology spread constraints (missing required label)");
const filterKey = 'PodTopologySpread';
const scoreKey = 'PodTopologySpread/score';

export interface PodTopologySpreadArgs {
  readonly defaultingType?: 'System' | 'List';
  readonly defaultConstraints?: readonly corev1.TopologySpreadConstraint[];
}

/** Upstream's defaults for pods of a Service or controller without constraints of their own. */
const systemConstraints: readonly corev1.TopologySpreadConstraint[] = [
  { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

/** Spreads pods over zones, nodes or other domains. */
export class PodTopologySpread implements PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin {
  readonly name = 'PodTopologySpread';
  private readonly defaults: readonly corev1.TopologySpreadConstraint[];
  private readonly systemDefaults: boolean;

  constructor(
    private readonly context: PluginContext,
    args: unknown,
  ) {
    const { defaultingType, defaultConstraints } = (args ?? {}) as PodTopologySpreadArgs;
    this.systemDefaults = defaultingType !== 'List';
    this.defaults = this.systemDefaults ? systemConstraints : (defaultConstraints ?? []);
  }

  preFilter(cycle: CycleState, pod: PodInfo): PreFilterResult {
    const constraints = this.constraintsOf(pod, 'DoNotSchedule');
    if (constraints.length === 0) return { kind: 'skip' };
    const hard = constraints.map((constraint) => {
      const { counts, domains } = countDomains(this.context.state, pod, constraint, constraints);
      const self = constraint.selector(pod.labels) ? 1 : 0;
      return { constraint, counts: new OverlaidCounts(constraint.topologyKey, counts), domains, self };
    });
    cycle.write(filterKey, new HardState(hard));
    return { kind: 'proceed' };
  }

  addPod(cycle: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void {
    change(cycle, pod, added, node, 1);
  }

  removePod(cycle: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void {
    change(cycle, pod, removed, node, -1);
  }

  filter(cycle: CycleState, _pod: PodInfo, node: NodeInfo): Verdict {
    for (const each of cycle.read<HardState>(filterKey)?.hard ?? []) {
      const value = node.labels[each.constraint.topologyKey];
      if (value === undefined) return unlabelled;
      const count = each.counts.get(value);
      // No minimum is below zero, so most nodes need none.
      if (count + each.self <= each.constraint.maxSkew) continue;
      if (count + each.self - minimum(each) > each.constraint.maxSkew) return skewed;
    }
    return undefined;
  }

  preScore(cycle: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): 'skip' | undefined {
    const own = pod.pod.spec?.topologySpreadConstraints;
    const constraints = this.constraintsOf(pod, 'ScheduleAnyway');
    if (constraints.length === 0) return 'skip';
    const requireAll = Boolean(own?.length) || !this.systemDefaults;
    const soft = constraints.map((constraint) => {
      const { counts, domains } = countDomains(this.context.state, pod, constraint, requireAll ? constraints : []);
      const size = constraint.topologyKey === 'kubernetes.io/hostname' ? nodes.length : domains.size;
      return { constraint, counts, weight: Math.log(size + 2) };
    });
    const state = new SoftState(soft);
    if (requireAll)
      for (const node of nodes)
        if (constraints.some(({ topologyKey }) => node.labels[topologyKey] === undefined)) state.ignored.add(node.name);
    cycle.write(scoreKey, state);
    return undefined;
  }

  score(cycle: CycleState, _pod: PodInfo, node: NodeInfo): number {
    const state = cycle.read<SoftState>(scoreKey);
    if (!state || state.ignored.has(node.name)) return 0;
    let sum = 0;
    for (const { constraint, counts, weight } of state.soft) {
      const value = node.labels[constraint.topologyKey];
      if (value !== undefined) sum += (counts.get(value) ?? 0) * weight + (constraint.maxSkew - 1);
    }
    return Math.round(sum);
  }

  normalize(cycle: CycleState, _pod: PodInfo, scores: number[], nodes: readonly NodeInfo[]): void {
    const ignored = cycle.read<SoftState>(scoreKey)?.ignored ?? new Set<string>();
    let least = Infinity;
    let most = 0;
    for (let index = 0; index < scores.length; index += 1) {
      if (ignored.size && ignored.has(nodes[index]?.name ?? '')) continue;
      least = Math.min(least, scores[index] ?? 0);
      most = Math.max(most, scores[index] ?? 0);
    }
    for (let index = 0; index < scores.length; index += 1) {
      if (ignored.size && ignored.has(nodes[index]?.name ?? '')) scores[index] = 0;
      else
        scores[index] =
          most === 0 ? maxNodeScore : Math.floor((maxNodeScore * (most + least - (scores[index] ?? 0))) / most);
    }
  }

  readonly queueingHint = (pod: PodInfo, event: ClusterEvent): boolean => {
    if (event.resource === 'Node') return true;
    if (event.resource !== 'Pod') return false;
    if (event.pod.key === pod.key) return event.action === 'update';
    if (event.pod.namespace !== pod.namespace) return false;
    return this.constraintsOf(pod, 'DoNotSchedule').some(
      ({ selector }) => selector(event.pod.labels) || (event.action === 'update' && selector(event.old?.labels)),
    );
  };

  private constraintsOf(pod: PodInfo, whenUnsatisfiable: string): Constraint[] {
    const own = pod.pod.spec?.topologySpreadConstraints;
    const relevant = (own?.length ? own : this.defaults).filter(
      (constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable,
    );
    if (relevant.length === 0) return [];
    if (own?.length) return relevant.map((constraint) => compileConstraint(pod, constraint));
    const labelSelector = this.defaultSelector(pod);
    return labelSelector ? relevant.map((constraint) => compileConstraint(pod, { ...constraint, labelSelector })) : [];
  }

  /** What the Services and the controller of a pod select, taken together. */
  private defaultSelector(pod: PodInfo): { matchLabels: Record<string, string> } | undefined {
    const { objects } = this.context;
    const matchLabels: Record<string, string> = {};
    for (const { spec } of objects.services(pod.namespace)) {
      const selector = Object.entries(spec?.selector ?? {});
      if (selector.length && selector.every(([key, value]) => pod.labels[key] === value))
        Object.assign(matchLabels, spec?.selector);
    }
    Object.assign(matchLabels, objects.controllerSelector(pod.pod)?.matchLabels);
    return Object.keys(matchLabels).length ? { matchLabels } : undefined;
  }
}

function change(cycle: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
  if (other.namespace !== pod.namespace || other.terminating) return;
  for (const { constraint, counts } of cycle.read<HardState>(filterKey)?.hard ?? []) {
    const value = node.labels[constraint.topologyKey];
    if (value !== undefined && constraint.selector(other.labels)) counts.change(value, by);
  }
}
