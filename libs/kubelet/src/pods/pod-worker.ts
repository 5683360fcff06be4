import { mkdir, rm } from 'node:fs/promises';
import type { corev1, criv1, skiffapiv1 } from '@skiff/contracts';
import { toLink } from '@skiff/client';
import { formatTime, type Timer } from '@skiff/platform';
import { context as otel, SpanStatusCode, trace, type Link } from '@opentelemetry/api';
import { containerEvent } from '../events';
import { PodProbes } from '../probes/pod-probes';
import { podCgroup, podCgroupLimits } from '../resources/qos';
import { RuntimeError, type RuntimeContainerStatus } from '../runtime/types';
import { MountError } from '../volumes/volume-manager';
import { killContainer, killContainers } from './container-killer';
import { fieldContext, startContainer, StartAbandoned } from './container-starter';
import type { StartFailure } from './container-status';
import { podResolver } from './dns';
import { podLogDirectory, type NodeContext } from './node-context';
import { planPod, type PodActions } from './plan';
import { containersOf, isTerminalPhase, podFullName, podUid, type SpecContainer } from './pod';
import { PodRuntimeView, waitForExit } from './pod-runtime';
import { sandboxConfig } from './sandbox-config';
import { StartError } from './start-error';
import { latest, readySandbox, runningContainers, type PodRuntimeState } from './state';
import { computePodStatus } from './status';
import { readTerminationMessage } from './termination-message';

const retryDelay = 1000;
const volumeRetryDelays = [100, 200, 500, 1000, 2000];

/**
 * Keeps one pod as its spec says, until it is gone. All changes of the pod go
 * through one loop, one at a time; only the starts of containers, which may wait
 * for images, run beside it.
 */
export class PodWorker {
  private readonly view: PodRuntimeView;
  private readonly probes: PodProbes;
  private readonly failures = new Map<string, StartFailure>();
  private readonly messages = new Map<string, string>();
  private readonly starting = new Map<string, Promise<void>>();
  private readonly startTime: string;
  private timer: Timer | undefined;
  private timerDue = Infinity;
  private wake: (() => void) | undefined;
  private dirty = true;
  private deleted = false;
  private killing: { readonly done: Promise<void>; graceSeconds: number } | undefined;
  private ended: { reason: string; message: string } | undefined;
  private volumes: ReadonlyMap<string, string> | undefined;
  private volumeAttempts = 0;
  private lastMountError = '';
  private cgroupReady = false;
  private links: Link[] = [];
  private published: corev1.PodStatus | undefined;

  constructor(
    private readonly context: NodeContext,
    private pod: corev1.Pod,
    adopted: boolean,
  ) {
    this.view = new PodRuntimeView(context.runtime, podUid(pod), adopted);
    this.startTime = formatTime(context.clock.now());
    this.probes = new PodProbes({ ...context, onChange: () => this.poke() });
  }

  get current(): corev1.Pod {
    return this.pod;
  }

  get state(): PodRuntimeState {
    return this.view.state;
  }

  /** The pod's object changed; `trace` is what its writer was doing. */
  update(pod: corev1.Pod, trace?: skiffapiv1.TraceContext): void {
    this.pod = { ...pod, status: this.mergeStatus(pod.status) };
    this.link(trace);
    this.poke();
  }

  /** The kubelet's own status may be newer than its echo; what others write there counts as it comes. */
  private mergeStatus(incoming: corev1.PodStatus | undefined): corev1.PodStatus {
    const own = this.published;
    if (own === undefined) return incoming ?? {};
    const mine = new Set((own.conditions ?? []).map(({ type }) => type));
    const others = (incoming?.conditions ?? []).filter(({ type }) => !mine.has(type));
    return { ...incoming, ...own, conditions: [...others, ...(own.conditions ?? [])] };
  }

  link(parent: skiffapiv1.TraceContext | undefined): void {
    const link = parent === undefined ? undefined : toLink(parent);
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

  /** Runs until the pod is gone from the node, or the signal aborts and leaves it running. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => this.wake?.();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted) {
        if (!this.dirty) {
          await new Promise<void>((resolve) => {
            this.wake = resolve;
          });
          continue;
        }
        this.dirty = false;
        if (await this.tracedSync()) return;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.timer?.cancel();
      this.probes.stop();
    }
  }

  /** One pass; true when the pod is gone. */
  private async tracedSync(): Promise<boolean> {
    const { tracer, logger } = this.context;
    const { name = '', namespace = '', uid = '' } = this.pod.metadata ?? {};
    const attributes = { 'k8s.pod.name': name, 'k8s.namespace.name': namespace, 'k8s.pod.uid': uid };
    const links = this.links;
    this.links = [];
    // A pass that nobody's write caused is not worth a trace of its own.
    if (links.length === 0) return this.guardedSync();
    const span = tracer.startSpan('sync pod', { attributes, links, root: true });
    return otel.with(trace.setSpan(otel.active(), span), async () => {
      try {
        return await this.guardedSync();
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
        logger.error('syncing a pod failed', { pod: podFullName(this.pod), error });
        return false;
      } finally {
        span.end();
      }
    });
  }

  private async guardedSync(): Promise<boolean> {
    try {
      return await this.sync();
    } catch (error) {
      this.context.logger.warn('syncing a pod failed, it is tried again', { pod: podFullName(this.pod), error });
      this.view.markStale();
      this.wakeAfter(retryDelay);
      return false;
    }
  }

  private async sync(): Promise<boolean> {
    const state = await this.view.observe();
    await this.readMessages(state);
    if (this.isGoing()) return this.terminate(state);
    if (this.ended !== undefined || isTerminalPhase(this.pod.status?.phase)) {
      await this.settleEnded(state);
      return false;
    }
    if (this.deadlinePassed()) return this.endForDeadline(state);
    this.watchProbes(state);
    const actions = this.withoutStarting(planPod(this.pod, state, this.probes));
    if (isFinal(actions) && this.starting.size === 0) {
      await this.finishWork(state);
      return false;
    }
    this.publish();
    await this.apply(actions, state);
    return false;
  }

  private async apply(actions: PodActions, state: PodRuntimeState): Promise<void> {
    if (actions.killPod) await this.killAll(state);
    if (actions.kill.length > 0) await this.killSome(actions);
    if (!actions.createSandbox && actions.start.length === 0) {
      await this.removeOldContainers();
      return;
    }
    if (!(await this.prepare())) return;
    let sandboxState = this.view.state;
    if (actions.createSandbox) {
      if (!(await this.createSandbox(actions.sandboxAttempt))) return;
      sandboxState = this.view.state;
    }
    const sandbox = sandboxState.sandboxes[0];
    if (sandbox === undefined) return;
    const config = this.sandboxConfig(sandbox.attempt);
    const ips = this.pod.spec?.hostNetwork === true ? this.context.nodeIps : sandbox.ips;
    for (const spec of actions.start) this.startInBackground(spec, sandbox.id, config, ips);
    if (actions.createSandbox) this.publish();
  }

  /** Makes cgroup, folders and volumes ready; false when it has to be tried again. */
  private async prepare(): Promise<boolean> {
    const { cgroups, cgroupRoot, events, volumes } = this.context;
    if (!this.cgroupReady) {
      await mkdir(podLogDirectory(this.context, this.pod), { recursive: true });
      await cgroups.create(podCgroup(cgroupRoot, this.pod), podCgroupLimits(this.pod));
      this.cgroupReady = true;
    }
    if (this.volumes !== undefined) return true;
    try {
      this.volumes = await volumes.setUp(this.pod, this.contentContext());
      return true;
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      if (error.message !== this.lastMountError) {
        events.event(this.pod, 'Warning', 'FailedMount', error.message);
      }
      this.lastMountError = error.message;
      this.wakeAfter(volumeRetryDelays[this.volumeAttempts] ?? 2000);
      this.volumeAttempts += 1;
      return false;
    }
  }

  /** Brings volumes that show API objects up to date. */
  async refreshVolumes(): Promise<void> {
    if (this.volumes === undefined || this.isGoing()) return;
    await this.context.volumes.refresh(this.pod, this.contentContext());
  }

  private contentContext(): Parameters<NodeContext['volumes']['setUp']>[1] {
    const { objects, tokens } = this.context;
    const ips = this.view.state.sandboxes[0]?.ips ?? [];
    return { ...fieldContext(this.context, this.pod, ips), objects, tokens };
  }

  private sandboxConfig(attempt: number): criv1.PodSandboxConfig {
    const { context, pod } = this;
    return sandboxConfig({
      pod,
      attempt,
      logDirectory: podLogDirectory(context, pod),
      resolver: podResolver(pod, context.dns),
      cgroupParent: podCgroup(context.cgroupRoot, pod),
      clusterDomain: context.dns.domain,
      nodeName: context.nodeName,
    });
  }

  private async createSandbox(attempt: number): Promise<boolean> {
    const { events, networkProblem, runtime } = this.context;
    const problem = this.pod.spec?.hostNetwork === true ? undefined : networkProblem();
    if (problem !== undefined) {
      events.event(this.pod, 'Warning', 'NetworkNotReady', `network is not ready: ${problem}`);
      this.wakeAfter(retryDelay);
      return false;
    }
    try {
      const id = await runtime.runSandbox(this.sandboxConfig(attempt), '');
      this.view.noteSandbox(await runtime.sandboxStatus(id));
      return true;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      events.event(this.pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error.message}`);
      this.view.markStale();
      this.wakeAfter(retryDelay);
      return false;
    }
  }

  private startInBackground(
    spec: SpecContainer,
    sandboxId: string,
    config: criv1.PodSandboxConfig,
    ips: readonly string[],
  ): void {
    const name = spec.container.name ?? '';
    if (this.starting.has(name) || this.inCrashBackOff(spec)) return;
    const task = this.startOne(spec, sandboxId, config, ips)
      .catch((error: unknown) => {
        if (error instanceof StartAbandoned) return;
        this.context.logger.warn('starting a container failed', { pod: podFullName(this.pod), container: name, error });
        this.view.markStale();
        this.wakeAfter(retryDelay);
      })
      .finally(() => {
        this.starting.delete(name);
        this.poke();
      });
    this.starting.set(name, task);
  }

  private async startOne(
    spec: SpecContainer,
    sandboxId: string,
    sandbox: criv1.PodSandboxConfig,
    podIps: readonly string[],
  ): Promise<void> {
    const name = spec.container.name ?? '';
    const before = latest(this.view.state, name);
    const input = {
      pod: this.pod,
      spec,
      sandboxId,
      sandboxConfig: sandbox,
      podIps,
      volumes: this.volumes ?? new Map(),
      before,
    };
    try {
      await startContainer(
        this.context,
        input,
        () => !this.isGoing() && this.ended === undefined,
        (status) => {
          this.failures.delete(name);
          this.view.noteContainer(status);
          this.watchProbes(this.view.state);
          if (status.phase === 'exited') this.view.markStale();
        },
      );
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      this.failures.set(name, { reason: error.reason, message: error.message });
      if (error.reason === 'PostStartHookError') await this.killAfterHook(name);
      this.view.markStale();
      this.wakeAfter(this.startRetryDelay(spec, error.reason));
    }
  }

  private startRetryDelay(spec: SpecContainer, reason: string): number {
    const pull = this.context.images.retryAfter(this.pod, spec);
    // A failed pull shows as ErrImagePull for a moment before it shows as waiting.
    if (reason === 'ErrImagePull') return Math.min(pull, 2000);
    if (reason === 'ImagePullBackOff') return Math.max(pull, 100);
    return reason === 'RunContainerError' || reason === 'PostStartHookError' ? 50 : 5000;
  }

  private async killAfterHook(name: string): Promise<void> {
    this.view.markStale();
    const state = await this.view.observe();
    const status = latest(state, name);
    if (status?.phase !== 'running') return;
    const graceSeconds = this.pod.spec?.terminationGracePeriodSeconds ?? 30;
    const podIp = state.sandboxes[0]?.ips[0] ?? '';
    await killContainer(this.context, status, { pod: this.pod, podIp, graceSeconds, message: 'FailedPostStartHook' });
  }

  /** Whether a crashed container still has to wait; then it shows so, and is looked at again in time. */
  private inCrashBackOff(spec: SpecContainer): boolean {
    const { clock, crashBackOff, events } = this.context;
    const name = spec.container.name ?? '';
    const before = latest(this.view.state, name);
    if (before?.phase !== 'exited') return false;
    const key = `${podUid(this.pod)}_${name}`;
    const now = clock.now();
    const remaining = crashBackOff.remaining(key, before.finishedAt, now);
    if (remaining <= 0) {
      crashBackOff.next(key, before.finishedAt, now);
      return false;
    }
    const full = podFullName(this.pod);
    if (this.failures.get(name)?.reason !== 'CrashLoopBackOff') {
      const message = `Back-off restarting failed container ${name} in pod ${full}`;
      containerEvent(events, this.pod, spec, 'Warning', 'BackOff', message);
      const delay = formatDelay(crashBackOff.delay(key));
      this.failures.set(name, {
        reason: 'CrashLoopBackOff',
        message: `back-off ${delay} restarting failed container=${name} pod=${full}`,
      });
      this.publish();
    }
    this.wakeAfter(remaining);
    return true;
  }

  private async killSome(actions: PodActions): Promise<void> {
    const podIp = this.view.state.sandboxes[0]?.ips[0] ?? '';
    const graceSeconds = this.pod.spec?.terminationGracePeriodSeconds ?? 30;
    await Promise.all(
      actions.kill.map(async ({ id, name, message }) => {
        await killContainer(this.context, { id, name }, { pod: this.pod, podIp, graceSeconds, message });
        const status = await waitForExit(this.view, id, this.context.clock, 2000);
        await this.readMessage(status);
      }),
    );
  }

  /** Ends all containers and the sandbox of a pod that gets a new one or is done. */
  private async killAll(state: PodRuntimeState): Promise<void> {
    const graceSeconds = this.pod.spec?.terminationGracePeriodSeconds ?? 30;
    const podIp = state.sandboxes[0]?.ips[0] ?? '';
    await killContainers(this.context, runningContainers(state), { pod: this.pod, podIp, graceSeconds, message: '' });
    for (const sandbox of state.sandboxes) if (sandbox.ready) await this.context.runtime.stopSandbox(sandbox.id);
    this.view.markStale();
    await this.view.observe();
  }

  private async finishWork(state: PodRuntimeState): Promise<void> {
    this.publish();
    if (state.sandboxes.some((sandbox) => sandbox.ready) || runningContainers(state).length > 0) {
      await this.killAll(state);
      await this.readMessages(this.view.state);
      this.publish();
    }
  }

  private async settleEnded(state: PodRuntimeState): Promise<void> {
    if (state.sandboxes.some((sandbox) => sandbox.ready) || runningContainers(state).length > 0)
      await this.killAll(state);
    await this.readMessages(this.view.state);
    this.publish();
  }

  private deadlinePassed(): boolean {
    const limit = this.pod.spec?.activeDeadlineSeconds;
    if (limit === undefined) return false;
    const started = Date.parse(this.pod.status?.startTime ?? this.startTime);
    const left = started + limit * 1000 - this.context.clock.now();
    if (left <= 0) return true;
    this.wakeAfter(left);
    return false;
  }

  private async endForDeadline(state: PodRuntimeState): Promise<boolean> {
    const message = 'Pod was active on the node longer than the specified deadline';
    this.ended = { reason: 'DeadlineExceeded', message };
    this.context.events.event(this.pod, 'Normal', 'DeadlineExceeded', message);
    this.probes.stop();
    this.publish();
    await Promise.allSettled(this.starting.values());
    await this.settleEnded(state);
    return false;
  }

  private isGoing(): boolean {
    const stamp = this.pod.metadata?.deletionTimestamp;
    return this.deleted || (stamp !== undefined && stamp !== null);
  }

  /** Ends the pod and removes all that it had; true when nothing is left. */
  private async terminate(state: PodRuntimeState): Promise<boolean> {
    const graceSeconds = this.graceSeconds();
    if (this.killing === undefined) {
      this.probes.stop();
      this.killing = { graceSeconds, done: this.killForGood(graceSeconds).finally(() => this.poke()) };
      // Shows the pod as it is while it goes.
      if (!this.deleted) this.publish();
      return false;
    }
    if (graceSeconds < this.killing.graceSeconds) {
      // Somebody lost patience: the same containers get less time.
      this.killing.graceSeconds = graceSeconds;
      await Promise.all(runningContainers(state).map(({ id }) => this.context.runtime.stopContainer(id, graceSeconds)));
    }
    await this.killing.done;
    await this.cleanUp();
    return true;
  }

  private graceSeconds(): number {
    const { metadata, spec } = this.pod;
    const asked = metadata?.deletionGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? 30;
    return Math.max(1, asked);
  }

  private async killForGood(graceSeconds: number): Promise<void> {
    await Promise.allSettled(this.starting.values());
    this.view.markStale();
    for (;;) {
      const state = await this.view.observe();
      const podIp = state.sandboxes[0]?.ips[0] ?? '';
      await killContainers(this.context, runningContainers(state), { pod: this.pod, podIp, graceSeconds, message: '' });
      for (const { id } of runningContainers(state)) await waitForExit(this.view, id, this.context.clock, 5000);
      if (runningContainers(this.view.state).length === 0) break;
    }
    for (const sandbox of this.view.state.sandboxes) await this.context.runtime.stopSandbox(sandbox.id);
    this.view.markStale();
    await this.readMessages(await this.view.observe());
  }

  private async cleanUp(): Promise<void> {
    const { cgroups, cgroupRoot, crashBackOff, images, runtime, statuses, volumes } = this.context;
    const uid = podUid(this.pod);
    if (!this.deleted) {
      this.publish();
      await statuses.flush(uid);
    }
    await volumes.tearDown(uid);
    const state = this.view.state;
    await Promise.all(state.containers.map(({ id }) => runtime.removeContainer(id)));
    await Promise.all(state.sandboxes.map(({ id }) => runtime.removeSandbox(id)));
    await cgroups.remove(podCgroup(cgroupRoot, this.pod));
    await rm(podLogDirectory(this.context, this.pod), { recursive: true, force: true });
    crashBackOff.forgetPrefix(`${uid}_`);
    images.forget(uid);
    if (!this.deleted) await statuses.finish(this.pod);
  }

  private withoutStarting(actions: PodActions): PodActions {
    const start = actions.start.filter(({ container }) => !this.starting.has(container.name ?? ''));
    return { ...actions, start };
  }

  private watchProbes(state: PodRuntimeState): void {
    const podIp = this.pod.spec?.hostNetwork === true ? this.context.nodeIps[0] : state.sandboxes[0]?.ips[0];
    const running = state.containers.filter((container) => container.phase === 'running');
    this.probes.retain(new Set(running.map(({ id }) => id)));
    for (const status of running) {
      const spec = containersOf(this.pod).find(({ container }) => container.name === status.name);
      if (spec !== undefined) this.probes.watch(this.pod, spec, status, podIp ?? '');
    }
  }

  /** Keeps of each container its newest attempt and the one before. */
  private async removeOldContainers(): Promise<void> {
    const seen = new Map<string, number>();
    for (const container of this.view.state.containers) {
      const count = (seen.get(container.name) ?? 0) + 1;
      seen.set(container.name, count);
      if (count <= 2 || container.phase === 'running') continue;
      await this.context.runtime.removeContainer(container.id);
      this.view.forget(container.id);
    }
    const hostNetwork = this.pod.spec?.hostNetwork === true;
    if (readySandbox(this.view.state, hostNetwork) === undefined) return;
    for (const sandbox of this.view.state.sandboxes.slice(1)) {
      if (sandbox.ready) continue;
      await this.context.runtime.removeSandbox(sandbox.id);
      this.view.forget(sandbox.id);
    }
  }

  private async readMessages(state: PodRuntimeState): Promise<void> {
    await Promise.all(state.containers.filter(({ phase }) => phase === 'exited').map((each) => this.readMessage(each)));
  }

  private async readMessage(status: RuntimeContainerStatus): Promise<void> {
    if (this.messages.has(status.id)) return;
    this.messages.set(status.id, await readTerminationMessage(status));
  }

  private publish(): void {
    const { clock, nodeIps, statuses } = this.context;
    const state = this.view.state;
    const status = computePodStatus(this.pod, {
      state,
      probes: this.probes,
      failures: this.failures,
      terminationMessages: this.messages,
      now: clock.now(),
      hostIps: nodeIps,
      startTime: this.startTime,
      ended: this.ended,
      terminating: this.isGoing(),
    });
    statuses.publish(this.pod, status);
    this.published = status;
    this.pod = { ...this.pod, status: { ...this.pod.status, ...status } };
  }

  private wakeAfter(milliseconds: number): void {
    const { clock } = this.context;
    const due = clock.monotonic() + milliseconds;
    if (this.timer !== undefined && this.timerDue <= due && this.timerDue > clock.monotonic()) return;
    this.timer?.cancel();
    this.timerDue = due;
    this.timer = clock.after(milliseconds, () => {
      this.timer = undefined;
      this.timerDue = Infinity;
      this.poke();
    });
  }
}

/** Whether a plan says that all work of the pod is done. */
function isFinal(actions: PodActions): boolean {
  return actions.killPod && !actions.createSandbox && actions.start.length === 0 && actions.kill.length === 0;
}

/** As Go prints a whole number of seconds. */
function formatDelay(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
