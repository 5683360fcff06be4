import type { ClusterEvent } from '../../framework/cluster-event';
import type { CycleState } from '../../framework/cycle-state';
import type { FilterPlugin } from '../../framework/plugin';
import { unresolvable, type Verdict } from '../../framework/verdict';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';
import { tolerates } from '@skiff/resources';

const refused = unresolvable('node(s) were unschedulable');
const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Keeps pods from cordoned nodes, unless they tolerate that. */
export class NodeUnschedulable implements FilterPlugin {
  readonly name = 'NodeUnschedulable';

  filter(_cycle: CycleState, { pod }: PodInfo, { node }: NodeInfo): Verdict {
    if (!node?.spec?.unschedulable) return undefined;
    return pod.spec?.tolerations?.some((toleration) => tolerates(toleration, taint)) ? undefined : refused;
  }

  readonly queueingHint = (pod: PodInfo, event: ClusterEvent): boolean => {
    if (event.resource === 'Pod') return event.pod.key === pod.key;
    return event.resource === 'Node' && event.action !== 'delete' && !event.node.spec?.unschedulable;
  };
}
