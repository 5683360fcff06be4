import type { NodeCounts } from '../metrics';
import type { PodRuntimeState } from '../pod-model/state';

/** How many pods run on a node, and how many containers it has in each phase. */
export function countPods(pods: Iterable<{ readonly state: PodRuntimeState }>): NodeCounts {
  const containers = { created: 0, running: 0, exited: 0, unknown: 0 };
  let runningPods = 0;
  for (const { state } of pods) {
    if (state.sandboxes.some(({ ready }) => ready)) runningPods += 1;
    for (const { phase } of state.containers) containers[phase] += 1;
  }
  return { runningPods, containers };
}
