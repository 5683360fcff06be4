import type { CycleState } from '../framework/cycle-state';
import type { NodeInfo } from '../snapshot/node-info';
import type { PodInfo } from '../snapshot/pod-info';
import type { Profile } from './profile';
import type { Refused } from './search';

/** The filters that have something to say of the pod. */
export function activeFilters(profile: Profile, { skippedFilters }: CycleState): Profile['filter'] {
  return profile.filter.filter(({ name }) => !skippedFilters.has(name));
}

/** Why the first of the filters refuses a node. */
export function firstRefusal(
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

/** Looks at a node as if a pod were there. */
export function addPod(profile: Profile, cycle: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void {
  node.addPod(added);
  for (const plugin of profile.preFilter) plugin.addPod?.(cycle, pod, added, node);
}

/** Looks at a node as if a pod were gone. */
export function removePod(profile: Profile, cycle: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void {
  node.removePod(removed.key);
  for (const plugin of profile.preFilter) plugin.removePod?.(cycle, pod, removed, node);
}
