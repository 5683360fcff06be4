import { CycleState } from '../framework/cycle-state';
import type { PodInfo } from '../snapshot/pod-info';
import { findFeasible } from './find-feasible';
import type { Outcome } from './outcome';
import type { Profile } from './profile';
import { scoreNodes } from './scoring';
import type { CycleInput, Narrowed, Refused, Search } from './search';
import { unschedulable } from './unschedulable';

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
  const search: Search = { profile, input, pod, cycle, refused };
  const narrowed = preFilter(profile, cycle, pod);
  if ('plugin' in narrowed) {
    for (const node of nodes) refused.set(node.name, narrowed);
    const message = `0/${nodes.length} nodes are available: ${narrowed.rejection.reasons.join(', ')}.`;
    return unschedulable(search, message);
  }
  const feasible = findFeasible(search, narrowed);
  if (feasible.length === 0) return unschedulable(search);
  const scored = scoreNodes(profile, cycle, pod, feasible, input.random);
  return { kind: 'chosen', node: scored.best.name, cycle, scored, refused };
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
