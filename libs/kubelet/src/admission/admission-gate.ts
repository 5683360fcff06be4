import type { corev1 } from '@skiff/contracts';
import { qosClass } from '@skiff/resources';
import type { EventSink } from '../events';
import type { Rejection } from './node-fit';

export interface AdmissionGateParts {
  /** Why this node does not take a pod; undefined when it does. */
  admit(pod: corev1.Pod): Promise<Rejection | undefined>;
  readonly events: EventSink;
}

/** Lets one pod onto the node once it has been admitted, and remembers why it was not. */
export class AdmissionGate {
  private rejection: Rejection | undefined;

  constructor(
    private readonly parts: AdmissionGateParts,
    /** Whether the pod has been admitted before. */
    private open: boolean,
  ) {}

  /** Whether the pod may run here; the event that says why not is sent once. */
  async admits(pod: corev1.Pod): Promise<boolean> {
    if (this.open || this.rejection !== undefined) return this.open;
    this.rejection = await this.parts.admit(pod);
    this.open = this.rejection === undefined;
    if (this.rejection) this.parts.events.event(pod, 'Warning', this.rejection.reason, this.rejection.message);
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
