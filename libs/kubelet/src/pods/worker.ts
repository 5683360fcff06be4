import type { corev1, skiffapiv1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import type { RuntimeContainer, Sandbox } from '../runtime/types';
import { AdmissionGate } from '../admission/admission-gate';
import { PodProbes } from '../probes/pod-probes';
import { deadlineLeft, deadlineMessage } from './deadline';
import { isEcho, mergeStatus } from './status/echo';
import type { NodeContext } from './node-context';
import { isFinal, planPod, type PodActions } from './plan';
import { isTerminalPhase, podFullName, podUid } from '../pod-model/pod';
import { podIp, type PodCore } from './pod-core';
import { PodRuntimeView } from './runtime-view';
import { PodStarter } from './starter';
import { PodTerminator } from './terminator';
import { PodTrace } from './trace';
import type { PodRuntimeState } from '../pod-model/state';
import { computePodStatus } from './status/status';
import { readTerminationMessage } from '../containers/termination-message';
import { WakeUp } from './wake-up';

const retryDelay = 1000;

/**
 * Keeps one pod as its spec says, until it is gone. All changes of the pod go
 * through one loop, one at a time; only the starts of containers, which may wait
 * for images, and the end of the pod, which may take its grace period, run beside it.
 */
export class PodWorker implements PodCore {
  readonly view: PodRuntimeView;
  private readonly probes: PodProbes;
  private readonly starter: PodStarter;
  private readonly terminator: PodTerminator;
  private readonly messages = new Map<string, string>();
  private readonly startTime: string;
  private readonly trace: PodTrace;
  private readonly wakeUp: WakeUp;
  private readonly firstSeen: number;
  private readonly gate: AdmissionGate;
  private hasRun: boolean;
  private deleted = false;
  private ended: { reason: string; message: string } | undefined;
  private published: corev1.PodStatus | undefined;

  constructor(
    readonly context: NodeContext,
    private desired: corev1.Pod,
    /** Whether the runtime may have something of this pod already. */
    adopted: boolean,
  ) {
    this.view = new PodRuntimeView(context.runtime, podUid(desired), adopted);
    this.startTime = formatTime(context.clock.now());
    this.firstSeen = context.clock.monotonic();
    this.hasRun = desired.status?.phase !== undefined && desired.status.phase !== 'Pending';
    this.gate = new AdmissionGate(context, desired.status?.startTime !== undefined);
    this.wakeUp = new WakeUp(context.clock);
    this.trace = new PodTrace(context.tracer);
    this.probes = new PodProbes({
      runtime: context.runtime,
      events: context.events,
      clock: context.clock,
      tracer: context.tracer,
      onChange: () => this.poke(),
    });
    this.starter = new PodStarter(this);
    this.terminator = new PodTerminator(this, this.starter);
  }

  pod(): corev1.Pod {
    return this.desired;
  }

  get state(): PodRuntimeState {
    return this.view.state;
  }

  /** The pod's object changed; `cause` is what its writer was doing. */
  update(pod: corev1.Pod, cause?: skiffapiv1.TraceContext): void {
    const before = this.desired;
    this.desired = { ...pod, status: mergeStatus(this.published, pod.status) };
    // The echo of the kubelet's own status is no reason to do anything.
    if (isEcho(before, pod, this.published)) return;
    this.link(cause);
    this.poke();
  }

  link(cause: skiffapiv1.TraceContext | undefined): void {
    this.trace.link(cause);
  }

  /** The object is gone from the API: whatever still runs ends now. */
  remove(): void {
    this.deleted = true;
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

  poke(): void {
    this.wakeUp.now();
  }

  /** Looks at the pod again in that many milliseconds, or earlier. */
  wakeAfter(milliseconds: number): void {
    this.wakeUp.after(milliseconds);
  }

  isGoing(): boolean {
    const stamp = this.desired.metadata?.deletionTimestamp;
    return this.deleted || this.ended !== undefined || (stamp !== undefined && stamp !== null);
  }

  refreshVolumes(): Promise<void> {
    return this.starter.refreshVolumes();
  }

  /** Runs until the pod is gone from the node, or the signal aborts and leaves it running. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (await this.wakeUp.next(signal)) {
        if (await this.trace.run(this.desired, () => this.syncGuarded())) return;
      }
    } finally {
      this.wakeUp.stop();
      this.probes.stop();
    }
  }

  /** One pass; true when the pod is gone. */
  private async syncGuarded(): Promise<boolean> {
    const { clock, metrics } = this.context;
    const operation = this.isDeleted() ? 'terminate' : this.published === undefined ? 'create' : 'sync';
    const began = clock.monotonic();
    try {
      return await this.sync();
    } catch (error) {
      this.context.logger.warn('syncing a pod failed, it is tried again', { pod: podFullName(this.desired), error });
      this.view.markStale();
      this.wakeAfter(retryDelay);
      return false;
    } finally {
      metrics.podWorkerDuration.observe({ operation_type: operation }, (clock.monotonic() - began) / 1000);
    }
  }

  private async sync(): Promise<boolean> {
    await this.view.observe();
    await this.readMessages();
    if (this.isDeleted()) return this.syncDeleted();
    if (this.ended !== undefined || isTerminalPhase(this.desired.status?.phase)) {
      await this.syncEnded();
      return false;
    }
    if (!(await this.gate.admits(this.desired))) {
      this.publish();
      return false;
    }
    if (this.deadlinePassed()) {
      this.endForDeadline();
      return false;
    }
    this.watchProbes();
    const actions = this.withoutStarting(planPod(this.desired, this.view.state, this.probes));
    this.publish();
    if (isFinal(actions) && !this.starter.isBusy) {
      if (this.terminator.isRunning) await this.terminator.killAll();
      this.publish();
      return false;
    }
    if (actions.killPod) await this.terminator.killAll();
    if (actions.kill.length > 0) await this.terminator.killSome(actions.kill);
    if (actions.createSandbox || actions.start.length > 0) await this.starter.start(actions);
    else await this.terminator.removeOld();
    return false;
  }

  private isDeleted(): boolean {
    const stamp = this.desired.metadata?.deletionTimestamp;
    return this.deleted || (stamp !== undefined && stamp !== null);
  }

  /** A pod that is deleted: ends it, shows its end, and lets its object go. True when nothing is left. */
  private async syncDeleted(): Promise<boolean> {
    const { statuses } = this.context;
    this.probes.windDown();
    this.watchProbes();
    if (!this.deleted) this.publish();
    if (!(await this.terminator.terminate())) return false;
    if (!this.deleted) {
      this.publish();
      await statuses.flush(podUid(this.desired));
    }
    await this.terminator.cleanUp();
    if (!this.deleted) await statuses.finish(this.desired);
    return true;
  }

  /** A pod that reached its end but is kept: nothing of it runs. */
  private async syncEnded(): Promise<void> {
    await this.starter.settled();
    if (this.terminator.isRunning) await this.terminator.killAll();
    this.publish();
  }

  private deadlinePassed(): boolean {
    const left = deadlineLeft(this.desired, this.startTime, this.context.clock.now());
    if (left > 0 && left < Infinity) this.wakeAfter(left);
    return left <= 0;
  }

  private endForDeadline(): void {
    this.ended = { reason: 'DeadlineExceeded', message: deadlineMessage };
    this.context.events.event(this.desired, 'Normal', 'DeadlineExceeded', deadlineMessage);
    this.probes.windDown();
    this.publish();
    this.poke();
  }

  private withoutStarting(actions: PodActions): PodActions {
    const start = actions.start.filter(({ container }) => !this.starter.isStarting(container.name ?? ''));
    return { ...actions, start };
  }

  watchProbes(): void {
    this.probes.follow(this.desired, this.view.state.containers, podIp(this));
  }

  async readMessages(): Promise<void> {
    const fresh = this.view.state.containers.filter(({ phase, id }) => phase === 'exited' && !this.messages.has(id));
    await Promise.all(fresh.map(async (status) => this.messages.set(status.id, await readTerminationMessage(status))));
  }

  publish(): void {
    const { clock, metrics, statuses } = this.context;
    if (this.published === undefined && this.neverRan()) return;
    const status = this.gate.rejectedStatus(this.desired, this.startTime) ?? this.computeStatus();
    statuses.publish(this.desired, status);
    this.published = status;
    this.desired = { ...this.desired, status: mergeStatus(status, this.desired.status) };
    if (this.hasRun || status.phase !== 'Running') return;
    this.hasRun = true;
    metrics.podStartDuration.observe((clock.monotonic() - this.firstSeen) / 1000);
  }

  /** Ended before any of it was made, as a pod that was rejected: there is nothing to add to what is said of it. */
  private neverRan(): boolean {
    const { containers, sandboxes } = this.view.state;
    const { phase, containerStatuses } = this.desired.status ?? {};
    return isTerminalPhase(phase) && !containerStatuses?.length && containers.length + sandboxes.length === 0;
  }

  private computeStatus(): corev1.PodStatus {
    return computePodStatus(this.desired, {
      state: this.view.state,
      probes: this.probes,
      failures: this.starter.failures,
      terminationMessages: this.messages,
      now: this.context.clock.now(),
      hostIps: this.context.nodeIps,
      startTime: this.startTime,
      ended: this.ended,
      terminating: this.isDeleted(),
    });
  }
}
