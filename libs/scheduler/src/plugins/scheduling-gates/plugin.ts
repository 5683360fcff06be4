import type { ClusterEvent } from '../../framework/cluster-event';
import type { PreEnqueuePlugin } from '../../framework/plugin';
import { unresolvable, type Verdict } from '../../framework/verdict';
import type { PodInfo } from '../../snapshot/pod-info';

/** A pod with scheduling gates waits until all of them have been removed. */
export class SchedulingGates implements PreEnqueuePlugin {
  readonly name = 'SchedulingGates';

  preEnqueue({ pod }: PodInfo): Verdict {
    const gates = pod.spec?.schedulingGates ?? [];
    if (gates.length === 0) return undefined;
    return unresolvable(`waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`);
  }

  readonly queueingHint = (pod: PodInfo, event: ClusterEvent): boolean =>
    event.resource === 'Pod' && event.pod.key === pod.key;
}
