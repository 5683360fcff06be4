import type { Client } from '@skiff/client';
import type { EventRecorder, EventType } from '@skiff/client-runtime';
import { Kinds } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { formatTime, type Clock, type Logger } from '@skiff/platform';
import type { PodInfo } from '../snapshot/pod-info';

/** Tells users and the API server what became of a pod. Writes go on in the background. */
export class PodWriter {
  constructor(
    private readonly client: Client,
    private readonly recorderOf: (pod: PodInfo) => EventRecorder | undefined,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  event(pod: PodInfo, type: EventType, reason: string, message: string): void {
    this.recorderOf(pod)?.event(pod.pod, type, reason, message);
  }

  /** The condition PodScheduled and the event FailedScheduling. */
  failed(pod: PodInfo, reason: string, message: string, nominatedNode: string | undefined): void {
    this.event(pod, 'Warning', 'FailedScheduling', message);
    const known = pod.pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    const same = known?.status === 'False' && known.reason === reason && known.message === message;
    if (same && (nominatedNode === undefined || nominatedNode === pod.pod.status?.nominatedNodeName)) return;
    const lastTransitionTime =
      known?.status === 'False' && known.lastTransitionTime ? known.lastTransitionTime : formatTime(this.clock.now());
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message,
      lastProbeTime: null,
      lastTransitionTime,
      ...(pod.pod.metadata?.generation === undefined ? {} : { observedGeneration: pod.pod.metadata.generation }),
    };
    this.patchStatus(pod, {
      conditions: [condition],
      ...(nominatedNode === undefined ? {} : { nominatedNodeName: nominatedNode }),
    });
  }

  /** Removes a pod to make room for another. */
  preempt(victim: PodInfo, preemptor: PodInfo, node: string): void {
    const { schedulerName = 'default-scheduler' } = preemptor.pod.spec ?? {};
    this.recorderOf(preemptor)?.event(
      victim.pod,
      'Normal',
      'Preempted',
      `Preempted by pod ${preemptor.uid} on node ${node}`,
    );
    this.patchStatus(victim, {
      conditions: [
        {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'PreemptionByScheduler',
          message: `${schedulerName}: preempting to accommodate a higher priority pod`,
          lastProbeTime: null,
          lastTransitionTime: formatTime(this.clock.now()),
        },
      ],
    });
    this.background(victim, () => this.client.delete(Kinds.Pod, victim, { preconditions: { uid: victim.uid } }));
  }

  private patchStatus(pod: PodInfo, status: unknown): void {
    const key = { namespace: pod.namespace, name: pod.name };
    this.background(pod, () =>
      this.client.patch(Kinds.Pod, key, 'strategic', { metadata: { uid: pod.uid }, status }, { subresource: 'status' }),
    );
  }

  private background(pod: PodInfo, write: () => Promise<unknown>): void {
    void write().catch((error: unknown) => {
      // It has gone in the meantime, and with it the reason to write.
      if (hasReason(error, 'NotFound') || hasReason(error, 'Conflict'))
        this.logger.debug('a pod has gone before it was written to', { pod: pod.key });
      else this.logger.warn('writing to a pod failed', { pod: pod.key, error });
    });
  }
}
