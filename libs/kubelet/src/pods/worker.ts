import type { corev1, skiffapiv1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import type { Tracer } from '@opentelemetry/api';
import { isDeleting, podFullName, podUid } from '../pod-model/pod';
import { podIpsOf, type PodRuntimeState } from '../pod-model/state';
import type { RuntimeContainer } from '../runtime/container-service';
import type { Sandbox } from '../runtime/sandbox-service';
import { KnownPod } from './known-pod';
import { newMemory, type PodMemory } from './memory';
import { PodPass, type PodPassParts } from './pod-pass';
import { retryDelay } from './retries';
import { PodRuntimeView } from './runtime-view';
import { PodTrace } from './trace';
import { WakeUp } from './wake-up';

export interface PodWorkerParts extends PodPassParts, Pick<PodMemory, 'crashBackOff'> {
  readonly tracer: Tracer;
}

/**
 * Keeps one pod as its spec says, until it is gone. All changes of the pod go
 * through one loop, one at a time; only the starts of containers, which may wait
 * for images, and the end of the pod, which may take its grace period, run beside it.
 */
export class PodWorker {
  private readonly view: PodRuntimeView;
  private readonly known: KnownPod;
  private readonly memory: PodMemory;
  private readonly pass: PodPass;
  private readonly trace: PodTrace;
  private readonly wakeUp: WakeUp;

  constructor(
    private readonly parts: PodWorkerParts,
    pod: corev1.Pod,
    /** Whether the runtime may have something of this pod already. */
    adopted: boolean,
  ) {
    const { clock, crashBackOff, runtime, statuses, tracer } = parts;
    const admitted = pod.status?.startTime !== undefined;
    this.memory = newMemory({ startTime: formatTime(clock.now()), admitted, crashBackOff });
    this.view = new PodRuntimeView(runtime, podUid(pod), adopted);
    this.known = new KnownPod(pod, statuses);
    this.wakeUp = new WakeUp(clock);
    this.trace = new PodTrace(tracer);
    this.pass = new PodPass(parts, { known: this.known, memory: this.memory, view: this.view, wakeUp: this.wakeUp });
  }

  /** The pod as it is wanted now. */
  pod(): corev1.Pod {
    return this.known.pod;
  }

  get state(): PodRuntimeState {
    return this.view.state;
  }

  /** The pod's object changed; `cause` is what its writer was doing. */
  update(pod: corev1.Pod, cause?: skiffapiv1.TraceContext): void {
    if (!this.known.update(pod)) return;
    this.link(cause);
    this.poke();
  }

  link(cause: skiffapiv1.TraceContext | undefined): void {
    this.trace.link(cause);
  }

  /** The object is gone from the API: whatever still runs ends now. */
  remove(): void {
    this.memory.deleted = true;
    this.poke();
  }

  /** Something of the pod may have changed in the runtime. */
  markStale(): void {
    this.view.markStale();
    this.poke();
  }

  /** A list of the whole runtime shows this of the pod. */
  compare(sandboxes: readonly Sandbox[], containers: readonly RuntimeContainer[]): void {
    if (this.view.compare(sandboxes, containers)) this.poke();
  }

  knows(id: string): boolean {
    return this.view.knows(id);
  }

  /** Looks at the pod again now. */
  poke(): void {
    this.wakeUp.now();
  }

  /** Brings volumes that show API objects up to date. */
  async refreshVolumes(): Promise<void> {
    const { node, setup } = this.parts;
    const { pod } = this.known;
    if (this.pass.isGoing()) return;
    await setup.refresh(pod, podIpsOf(pod, this.state, node.hostIps));
  }

  /** Runs until the pod is gone from the node, or the signal aborts and leaves it running. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (await this.wakeUp.next(signal)) {
        if (await this.trace.run(this.known.pod, () => this.makePass())) return;
      }
    } finally {
      this.wakeUp.stop();
      this.pass.stop();
    }
  }

  /** One pass; true when the pod is gone. */
  private async makePass(): Promise<boolean> {
    const { clock, logger, metrics } = this.parts;
    const goes = this.memory.deleted || isDeleting(this.known.pod);
    const operation = goes ? 'terminate' : this.known.hasPublished ? 'sync' : 'create';
    const began = clock.monotonic();
    try {
      return await this.pass.make();
    } catch (error) {
      logger.warn('syncing a pod failed, it is tried again', { pod: podFullName(this.known.pod), error });
      this.view.markStale();
      this.wakeUp.after(retryDelay);
      return false;
    } finally {
      metrics.podWorkerDuration.observe({ operation_type: operation }, (clock.monotonic() - began) / 1000);
    }
  }
}
