import type { corev1 } from '@skiff/contracts';
import type { NodeContext } from '../pods/node-context';
import { qosClass } from '../pod-model/qos';
import type { Rejection } from './node-fit';

/** Lets one pod onto the node once it has been admitted, and remembers why it was not. */
export class AdmissionGate {
  private rejection: Rejection | undefined;

  constructor(
    private readonly context: Pick<NodeContext, 'admit' | 'events'>,
    /** Whether the pod has been admitted before. */
    private open: boolean,
  ) {}

  /** Whether the pod may run here; the event that says why not is sent once. */
  async admits(pod: corev1.Pod): Promise<boolean> {
    if (this.open || this.rejection !== undefined) return this.open;
    this.rejection = await this.context.admit(pod);
    this.open = this.rejection === undefined;
    if (this.rejection) this.context.events.event(pod, 'Warning', this.rejection.reason, this.rejection.message);
    return this.open;
  }

  /** The status of a pod that was not admitted, as of upstream's rejectPod; undefined of any other. */
  rejectedStatus(pod: corev1.Pod, startTime: string): corev1.PodStatus | undefined {
    if (this.rejection === undefined) return undefined;
    const { generation } = pod.metadata ?? {};
    return {
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      phase: 'Failed',
      reason: this.rejection.reason,
      message: `Pod was rejected: ${this.rejection.message}`,
      startTime: pod.status?.startTime ?? startTime,
      qosClass: pod.status?.qosClass ?? qosClass(pod),
    };
  }
}
