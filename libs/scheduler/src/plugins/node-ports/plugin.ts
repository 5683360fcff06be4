import type { ClusterEvent } from '../../framework/cluster-event';
import type { CycleState } from '../../framework/cycle-state';
import type { FilterPlugin, PreFilterPlugin, PreFilterResult } from '../../framework/plugin';
import { unschedulable, type Verdict } from '../../framework/verdict';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';

const taken = unschedulable("node(s) didn't have free ports for the requested pod ports");

/** Two pods of a node cannot have the same port of it. */
export class NodePorts implements PreFilterPlugin, FilterPlugin {
  readonly name = 'NodePorts';

  preFilter(_cycle: CycleState, pod: PodInfo): PreFilterResult {
    return { kind: pod.hostPorts.length ? 'proceed' : 'skip' };
  }

  filter(_cycle: CycleState, pod: PodInfo, node: NodeInfo): Verdict {
    return node.hasPortConflict(pod.hostPorts) ? taken : undefined;
  }

  readonly queueingHint = (_pod: PodInfo, event: ClusterEvent): boolean =>
    event.resource === 'Pod'
      ? event.action === 'delete' && event.pod.hostPorts.length > 0
      : event.resource === 'Node' && event.action !== 'delete';
}
