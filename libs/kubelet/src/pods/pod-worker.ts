import type { corev1, skiffapiv1 } from '@skiff/contracts';
import { toLink } from '@skiff/client';
import { contextWith, formatTime, objectAttributes, SpanName, type Timer } from '@skiff/platform';
import { context as otel, ROOT_CONTEXT, SpanStatusCode, type Link } from '@opentelemetry/api';
import { PodProbes } from '../probes/pod-probes';
import type { NodeContext } from './node-context';
import { planPod, type PodActions } from './plan';
import { containersOf, isTerminalPhase, podFullName, podUid } from './pod';
import { podIp, type PodCore } from './pod-core';
import { PodRuntimeView } from './pod-runtime';
import { PodStarter } from './pod-starter';
import { PodTerminator } from './pod-terminator';
import type { PodRuntimeState } from './state';
import { computePodStatus } from './status';
import { readTerminationMessage } from './termination-message';

const retryDelay = 1000;
const deadlineMessage = 'Pod was active on the node longer than the specified deadline';

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
  private timer: Timer | undefined;
  private timerDue = Infinity;
  private wake: (() => void) | undefined;
  private dirty = true;
  private deleted = false;
  private ended: { reason: string; message: string } | undefined;
  private published: corev1.PodStatus | undefined;
  private links: Link[] = [];
  /** Of the last pass that somebody's write caused. */
  private cause = ROOT_CONTEXT;

  constructor(
    readonly context: NodeContext,
    private desired: corev1.Pod,
    /** Whether the runtime may have something of this pod already. */
    adopted: boolean,
  ) {
    this.view = new PodRuntimeView(context.runtime, podUid(desired), adopted);
    this.startTime = formatTime(context.clock.now());
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
    this.desired = { ...pod, status: this.mergeStatus(pod.status) };
    // The echo of the kubelet's own status is no reason to do anything.
    if (!isEcho(before, pod)) this.link(cause);
    this.poke();
  }

  link(cause: skiffapiv1.TraceContext | undefined): void {
    const link = cause === undefined ? undefined : toLink(cause);
    if (link !== undefined) this.links = [link];
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

  knows(id: string): boolean {
    return this.view.knows(id);
  }

  poke(): void {
    this.dirty = true;
    this.wake?.();
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
    const stop = (): void => this.wake?.();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted) {
        if (!this.dirty) {
          await new Promise<void>((resolve) => (this.wake = resolve));
          continue;
        }
        this.dirty = false;
        if (await this.syncTraced()) return;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.timer?.cancel();
      this.probes.stop();
    }
  }

  /** One pass; true when the pod is gone. */
  private async syncTraced(): Promise<boolean> {
    const { links } = this;
    this.links = [];
    // A pass that nobody's write caused, such as one after a probe, belongs to what was begun before.
    if (links.length === 0) return otel.with(this.cause, () => this.syncGuarded());
    const attributes = objectAttributes(this.desired, 'Pod');
    const span = this.context.tracer.startSpan(SpanName.kubeletSyncPod, { attributes, links, root: true });
    this.cause = contextWith(span, ROOT_CONTEXT);
    try {
      return await otel.with(this.cause, () => this.syncGuarded());
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  }

  private async syncGuarded(): Promise<boolean> {
    try {
      return await this.sync();
    } catch (error) {
      this.context.logger.warn('syncing a pod failed, it is tried again', { pod: podFullName(this.desired), error });
      this.view.markStale();
      this.wakeAfter(retryDelay);
      return false;
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
    this.probes.stop();
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
    const limit = this.desired.spec?.activeDeadlineSeconds;
    if (limit === undefined) return false;
    const started = Date.parse(this.desired.status?.startTime ?? this.startTime);
    const left = started + limit * 1000 - this.context.clock.now();
    if (left > 0) this.wakeAfter(left);
    return left <= 0;
  }

  private endForDeadline(): void {
    this.ended = { reason: 'DeadlineExceeded', message: deadlineMessage };
    this.context.events.event(this.desired, 'Normal', 'DeadlineExceeded', deadlineMessage);
    this.probes.stop();
    this.publish();
    this.poke();
  }

  private withoutStarting(actions: PodActions): PodActions {
    const start = actions.start.filter(({ container }) => !this.starter.isStarting(container.name ?? ''));
    return { ...actions, start };
  }

  watchProbes(): void {
    const running = this.view.state.containers.filter((container) => container.phase === 'running');
    this.probes.retain(new Set(running.map(({ id }) => id)));
    for (const status of running) {
      const spec = containersOf(this.desired).find(({ container }) => container.name === status.name);
      if (spec !== undefined) this.probes.watch(this.desired, spec, status, podIp(this));
    }
  }

  async readMessages(): Promise<void> {
    const fresh = this.view.state.containers.filter(({ phase, id }) => phase === 'exited' && !this.messages.has(id));
    await Promise.all(fresh.map(async (status) => this.messages.set(status.id, await readTerminationMessage(status))));
  }

  publish(): void {
    const { clock, nodeIps, statuses } = this.context;
    const status = computePodStatus(this.desired, {
      state: this.view.state,
      probes: this.probes,
      failures: this.starter.failures,
      terminationMessages: this.messages,
      now: clock.now(),
      hostIps: nodeIps,
      startTime: this.startTime,
      ended: this.ended,
      terminating: this.isDeleted(),
    });
    statuses.publish(this.desired, status);
    this.published = status;
    this.desired = { ...this.desired, status: this.mergeStatus(this.desired.status) };
  }

  /** The kubelet's own status may be newer than its echo; what others write there counts as it comes. */
  private mergeStatus(incoming: corev1.PodStatus | undefined): corev1.PodStatus {
    const own = this.published;
    if (own === undefined) return incoming ?? {};
    const mine = new Set((own.conditions ?? []).map(({ type }) => type));
    const others = (incoming?.conditions ?? []).filter(({ type }) => !mine.has(type));
    return { ...incoming, ...own, conditions: [...others, ...(own.conditions ?? [])] };
  }

  wakeAfter(milliseconds: number): void {
    const { clock } = this.context;
    const due = clock.monotonic() + milliseconds;
    if (this.timer !== undefined && this.timerDue <= due) return;
    this.timer?.cancel();
    this.timerDue = due;
    this.timer = clock.after(milliseconds, () => {
      this.timer = undefined;
      this.timerDue = Infinity;
      this.poke();
    });
  }
}

/** Whether an update changed nothing that the kubelet acts on. */
function isEcho(before: corev1.Pod, after: corev1.Pod): boolean {
  return (
    before.metadata?.generation === after.metadata?.generation &&
    before.metadata?.deletionTimestamp === after.metadata?.deletionTimestamp
  );
}

/** Whether a plan says that all work of the pod is done. */
function isFinal(actions: PodActions): boolean {
  return actions.killPod && !actions.createSandbox && actions.start.length === 0 && actions.kill.length === 0;
}
