import type { ClusterEvent } from '../../framework/cluster-event';
import type { CycleState } from '../../framework/cycle-state';
import type { FilterPlugin, PreFilterPlugin, PreFilterResult } from '../../framework/plugin';
import { unresolvable, type Verdict } from '../../framework/verdict';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';

const mismatch = unresolvable("node(s) didn't match the requested node name");

/** A pod that names its node runs there or nowhere. */
export class NodeName implements PreFilterPlugin, FilterPlugin {
  readonly name = 'NodeName';

  preFilter(_cycle: CycleState, pod: PodInfo): PreFilterResult {
    return { kind: pod.pod.spec?.nodeName ? 'proceed' : 'skip' };
  }

  filter(_cycle: CycleState, pod: PodInfo, node: NodeInfo): Verdict {
    return pod.pod.spec?.nodeName === node.name ? undefined : mismatch;
  }

  readonly queueingHint = (_pod: PodInfo, event: ClusterEvent): boolean =>
    event.resource === 'Node' && event.action === 'add';
}
