import type { corev1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import type { AdmissionGate } from '../admission/admission-gate';
import type { TerminationMessages } from '../containers/termination-message';
import type { KubeletMetrics } from '../metrics';
import type { NodeFields } from '../pod-model/fields';
import { isDeleting } from '../pod-model/pod';
import type { Readiness } from '../pod-model/probe-verdicts';
import type { KnownPod } from './known-pod';
import type { PodMemory } from './memory';
import type { PodRuntimeView } from './runtime-view';
import { computePodStatus } from './status/status';

export interface PodPublisherParts {
  readonly known: KnownPod;
  readonly memory: PodMemory;
  readonly view: PodRuntimeView;
  readonly probes: Readiness;
  readonly gate: AdmissionGate;
  readonly messages: TerminationMessages;
  readonly node: Pick<NodeFields, 'hostIps'>;
  readonly clock: Clock;
  readonly metrics: Pick<KubeletMetrics, 'podStartDuration'>;
}

/** Computes the status of a pod from all that is known of it, and has it written. */
export class PodPublisher {
  private readonly firstSeen: number;
  private hasRun: boolean;

  constructor(private readonly parts: PodPublisherParts) {
    const { phase } = parts.known.pod.status ?? {};
    this.firstSeen = parts.clock.monotonic();
    this.hasRun = phase !== undefined && phase !== 'Pending';
  }

  publish(): void {
    const { clock, gate, known, memory, metrics, view } = this.parts;
    if (known.neverRan(view.state)) return;
    const status = gate.rejectedStatus(known.pod, memory.startTime) ?? this.compute();
    known.publish(status);
    if (this.hasRun || status.phase !== 'Running') return;
    this.hasRun = true;
    metrics.podStartDuration.observe((clock.monotonic() - this.firstSeen) / 1000);
  }

  private compute(): corev1.PodStatus {
    const { clock, known, memory, messages, node, probes, view } = this.parts;
    return computePodStatus(known.pod, {
      state: view.state,
      probes,
      failures: memory.failures,
      restarting: memory.restarting,
      terminationMessages: messages.byId,
      now: clock.now(),
      hostIps: node.hostIps,
      startTime: memory.startTime,
      ended: memory.ended,
      terminating: memory.deleted || isDeleting(known.pod),
    });
  }
}
