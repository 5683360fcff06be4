import type { CycleState } from '../../framework/cycle-state';
import { maxNodeScore, type PreScorePlugin, type ScorePlugin } from '../../framework/plugin';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';
import { usage } from '../node-resources-fit/plugin';

/** Prefers nodes whose cpu and memory would be used to the same share. */
export class NodeResourcesBalancedAllocation implements PreScorePlugin, ScorePlugin {
  readonly name = 'NodeResourcesBalancedAllocation';

  preScore(_cycle: CycleState, pod: PodInfo): 'skip' | undefined {
    const { cpu, memory } = pod.requests;
    return cpu === 0 && memory === 0 ? 'skip' : undefined;
  }

  score(_cycle: CycleState, pod: PodInfo, node: NodeInfo): number {
    const cpu = share(usage('cpu', pod, node));
    const memory = share(usage('memory', pod, node));
    if (cpu === undefined || memory === undefined) return maxNodeScore;
    return Math.floor((1 - Math.abs(cpu - memory) / 2) * maxNodeScore);
  }
}

function share({ capacity, used }: { capacity: number; used: number }): number | undefined {
  return capacity === 0 ? undefined : Math.min(1, used / capacity);
}
