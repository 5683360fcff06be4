import type { ClusterEvent } from '../../framework/cluster-event';
import type { CycleState } from '../../framework/cycle-state';
import {
  maxNodeScore,
  type FilterPlugin,
  type PluginContext,
  type PreFilterPlugin,
  type PreFilterResult,
  type ScorePlugin,
} from '../../framework/plugin';
import { unresolvable, unschedulable, type Verdict } from '../../framework/verdict';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';
import type { Resources } from '../../snapshot/resources';

export interface NodeResourcesFitArgs {
  readonly scoringStrategy?: {
    readonly type?: 'LeastAllocated' | 'MostAllocated';
    readonly resources?: readonly { readonly name: string; readonly weight?: number }[];
  };
}

const proceed: PreFilterResult = { kind: 'proceed' };

/** The node must have what the pod requests; nodes with more (or less) left are better. */
export class NodeResourcesFit implements PreFilterPlugin, FilterPlugin, ScorePlugin {
  readonly name = 'NodeResourcesFit';
  private readonly most: boolean;
  private readonly weights: readonly (readonly [string, number])[];

  constructor(_context: PluginContext, args: unknown) {
    const { scoringStrategy } = (args ?? {}) as NodeResourcesFitArgs;
    this.most = scoringStrategy?.type === 'MostAllocated';
    const resources = scoringStrategy?.resources ?? [{ name: 'cpu' }, { name: 'memory' }];
    this.weights = resources.map(({ name, weight }) => [name, weight ?? 1] as const);
  }

  preFilter(): PreFilterResult {
    return proceed;
  }

  filter(_cycle: CycleState, pod: PodInfo, node: NodeInfo): Verdict {
    const { requests } = pod;
    const { allocatable, requested } = node;
    const fits =
      node.pods.size < node.allowedPods &&
      (requests.cpu === 0 || requests.cpu <= allocatable.cpu - requested.cpu) &&
      (requests.memory === 0 || requests.memory <= allocatable.memory - requested.memory) &&
      (requests.ephemeralStorage === 0 ||
        requests.ephemeralStorage <= allocatable.ephemeralStorage - requested.ephemeralStorage) &&
      requests.scalars === undefined;
    return fits ? undefined : explain(requests, node);
  }

  score(_cycle: CycleState, pod: PodInfo, node: NodeInfo): number {
    let sum = 0;
    let weights = 0;
    for (const [resource, weight] of this.weights) {
      const { capacity, used } = usage(resource, pod, node);
      if (capacity === 0) continue;
      weights += weight;
      if (used > capacity) sum += this.most ? weight * maxNodeScore : 0;
      else sum += weight * Math.floor(((this.most ? used : capacity - used) * maxNodeScore) / capacity);
    }
    return weights === 0 ? 0 : Math.floor(sum / weights);
  }

  readonly queueingHint = (pod: PodInfo, event: ClusterEvent): boolean => {
    if (event.resource === 'Node') return event.action !== 'delete';
    if (event.resource !== 'Pod') return false;
    if (event.pod.key === pod.key) return event.action === 'update';
    return (
      event.action === 'delete' ||
      (event.action === 'update' && event.old !== undefined && shrank(event.old, event.pod))
    );
  };
}

function shrank(old: PodInfo, now: PodInfo): boolean {
  return now.requests.cpu < old.requests.cpu || now.requests.memory < old.requests.memory;
}

/** What a node would have in use with the pod, for scoring. */
export function usage(resource: string, pod: PodInfo, node: NodeInfo): { capacity: number; used: number } {
  const { allocatable, requested, scoredRequested } = node;
  if (resource === 'cpu') return { capacity: allocatable.cpu, used: scoredRequested.cpu + pod.scoredRequests.cpu };
  if (resource === 'memory')
    return { capacity: allocatable.memory, used: scoredRequested.memory + pod.scoredRequests.memory };
  if (resource === 'ephemeral-storage')
    return {
      capacity: allocatable.ephemeralStorage,
      used: requested.ephemeralStorage + pod.requests.ephemeralStorage,
    };
  const wanted = pod.requests.scalars?.get(resource) ?? 0;
  if (wanted === 0) return { capacity: 0, used: 0 };
  return { capacity: allocatable.scalars?.get(resource) ?? 0, used: (requested.scalars?.get(resource) ?? 0) + wanted };
}

function explain(requests: Resources, node: NodeInfo): Verdict {
  const reasons: string[] = [];
  let resolvable = true;
  const check = (name: string, wanted: number, capacity: number, used: number): void => {
    if (wanted === 0 || wanted <= capacity - used) return;
    reasons.push(`Insufficient ${name}`);
    if (wanted > capacity) resolvable = false;
  };
  const { allocatable, requested } = node;
  if (node.pods.size + 1 > node.allowedPods) {
    reasons.push('Too many pods');
    if (node.allowedPods === 0) resolvable = false;
  }
  check('cpu', requests.cpu, allocatable.cpu, requested.cpu);
  check('memory', requests.memory, allocatable.memory, requested.memory);
  check('ephemeral-storage', requests.ephemeralStorage, allocatable.ephemeralStorage, requested.ephemeralStorage);
  for (const [name, wanted] of requests.scalars ?? [])
    check(name, wanted, allocatable.scalars?.get(name) ?? 0, requested.scalars?.get(name) ?? 0);
  if (reasons.length === 0) return undefined;
  return resolvable ? unschedulable(...reasons) : unresolvable(...reasons);
}
