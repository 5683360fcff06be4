import type { ClusterEvent } from '../../framework/cluster-event';
import type { CycleState } from '../../framework/cycle-state';
import { normalizeByMaximum } from '../../framework/normalize';
import type { FilterPlugin, ScorePlugin } from '../../framework/plugin';
import { unresolvable, type Verdict } from '../../framework/verdict';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';
import { hardEffects, isTolerated, untolerated } from '@skiff/resources';

/** Keeps pods from nodes with taints that they do not tolerate. */
export class TaintToleration implements FilterPlugin, ScorePlugin {
  readonly name = 'TaintToleration';

  filter(_cycle: CycleState, { pod }: PodInfo, node: NodeInfo): Verdict {
    const { taints } = node;
    if (taints.length === 0) return undefined;
    const taint = untolerated(taints, pod.spec?.tolerations, hardEffects);
    return taint ? unresolvable(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`) : undefined;
  }

  /** The number of taints that only ask to be avoided. */
  score(_cycle: CycleState, { pod }: PodInfo, node: NodeInfo): number {
    const { taints } = node;
    if (taints.length === 0) return 0;
    return taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !isTolerated(taint, pod.spec?.tolerations))
      .length;
  }

  normalize(_cycle: CycleState, _pod: PodInfo, scores: number[]): void {
    normalizeByMaximum(scores, true);
  }

  readonly queueingHint = (pod: PodInfo, event: ClusterEvent): boolean => {
    if (event.resource === 'Pod') return event.pod.key === pod.key;
    if (event.resource !== 'Node' || event.action === 'delete') return false;
    return !untolerated(event.node.spec?.taints ?? [], pod.pod.spec?.tolerations, hardEffects);
  };
}
