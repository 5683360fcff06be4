import { mkdir } from 'node:fs/promises';
import type { criv1 } from '@skiff/contracts';
import { containerEvent } from '../events';
import { podCgroup, podCgroupLimits } from '../pod-model/qos';
import { RuntimeError } from '../runtime/types';
import { MountError } from '../volumes/reconciler';
import { killContainer } from '../containers/killer';
import { fieldContext, StartAbandoned, startContainer } from '../containers/starter';
import type { StartFailure } from './status/container-status';
import { podResolver } from '../pod-model/dns';
import type { MountedVolume, VolumeContext } from '../volumes/plugin';
import { FailedMounts } from '../volumes/failed-mounts';
import type { PodActions } from './plan';
import { podFullName, podUid, type SpecContainer } from '../pod-model/pod';
import { podIp, specGraceSeconds, type PodCore } from './pod-core';
import { sandboxConfig, sandboxProblem } from '../containers/sandbox-config';
import { StartError } from '../pod-model/start-error';
import { latest } from '../pod-model/state';

const containerTypes = { main: 'container', init: 'init_container', ephemeral: 'ephemeral_container' } as const;
const retryDelay = 1000;
const sandboxShownWithin = 500;
const volumeRetryDelays = [100, 200, 500, 1000];
const longestVolumeRetry = 2000;

/** Brings a pod up: volumes, cgroup, sandbox, and the containers that its plan starts. */
export class PodStarter {
  /** Why containers do not start, by name. */
  readonly failures = new Map<string, StartFailure>();
  private readonly starting = new Map<string, Promise<void>>();
  /** When a start that failed may be tried again, by name. */
  private readonly retries = new Map<string, number>();
  private volumeAttempts = 0;
  private readonly failedMounts = new FailedMounts();
  private cgroupReady = false;

  constructor(private readonly core: PodCore) {}

  isStarting(name: string): boolean {
    return this.starting.has(name);
  }

  get isBusy(): boolean {
    return this.starting.size > 0;
  }

  /** Resolves when no start is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.starting.values());
  }

  /** Makes what a plan wants to be there and starts its containers side by side, without waiting for them. */
  async start(actions: PodActions): Promise<void> {
    if (!(await this.prepare())) return;
    if (actions.createSandbox && !(await this.createSandbox(actions.sandboxAttempt))) return;
    const sandbox = this.core.view.state.sandboxes[0];
    if (sandbox === undefined) return;
    const config = this.sandboxConfig(sandbox.attempt);
    for (const spec of actions.start) this.startInBackground(spec, sandbox.id, config);
    // Containers that start at once show the sandbox with them; slow ones, which wait for an image, after it.
    if (actions.createSandbox) this.core.wakeAfter(sandboxShownWithin);
  }

  /** Brings volumes that show API objects up to date. */
  async refreshVolumes(): Promise<void> {
    if (this.core.isGoing()) return;
    await this.core.context.volumes.refresh(this.core.pod(), this.contentContext());
  }

  /** Makes cgroup, folders and volumes ready; false when it has to be tried again. */
  private async prepare(): Promise<boolean> {
    const { context } = this.core;
    const pod = this.core.pod();
    if (!this.cgroupReady) {
      await mkdir(context.directories.podLogs(pod), { recursive: true });
      await context.cgroups.create(podCgroup(context.cgroupRoot, pod), podCgroupLimits(pod));
      this.cgroupReady = true;
    }
    if (context.volumes.ready(podUid(pod)) !== undefined) return true;
    try {
      await context.volumes.setUp(pod, this.contentContext());
      return true;
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      for (const message of this.failedMounts.due(error, context.clock.now()))
        context.events.event(pod, 'Warning', 'FailedMount', message);
      this.core.wakeAfter(volumeRetryDelays[this.volumeAttempts] ?? longestVolumeRetry);
      this.volumeAttempts += 1;
      return false;
    }
  }

  private contentContext(): VolumeContext {
    const { context, view } = this.core;
    const ips = view.state.sandboxes[0]?.ips ?? [];
    return { ...fieldContext(context, this.core.pod(), ips), objects: context.objects, tokens: context.tokens };
  }

  private sandboxConfig(attempt: number): criv1.PodSandboxConfig {
    const { context } = this.core;
    const pod = this.core.pod();
    return sandboxConfig({
      pod,
      attempt,
      logDirectory: context.directories.podLogs(pod),
      resolver: podResolver(pod, context.dns),
      cgroupParent: podCgroup(context.cgroupRoot, pod),
      clusterDomain: context.dns.domain,
    });
  }

  private async createSandbox(attempt: number): Promise<boolean> {
    const { context, view } = this.core;
    const { events, metrics, networkProblem, runtime, sandboxes } = context;
    const pod = this.core.pod();
    const problem = pod.spec?.hostNetwork === true ? undefined : networkProblem();
    if (problem !== undefined) {
      events.event(pod, 'Warning', 'NetworkNotReady', `network is not ready: ${problem}`);
      this.core.wakeAfter(retryDelay);
      return false;
    }
    const refusal = sandboxProblem(pod);
    if (refusal !== undefined) {
      events.event(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${refusal}`);
      this.core.wakeAfter(retryDelay);
      return false;
    }
    try {
      const id = await runtime.runSandbox(this.sandboxConfig(attempt), '');
      metrics.startedPods.inc();
      sandboxes.succeeded();
      view.noteSandbox(await runtime.sandboxStatus(id));
      return true;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      metrics.startedPodsErrors.inc({ message: error.code });
      sandboxes.failed(error.description);
      events.event(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error.message}`);
      view.markStale();
      this.core.wakeAfter(retryDelay);
      return false;
    }
  }

  private startInBackground(spec: SpecContainer, sandboxId: string, config: criv1.PodSandboxConfig): void {
    const { context, view } = this.core;
    const name = spec.container.name ?? '';
    if (this.starting.has(name) || this.waitsToRetry(name) || this.inCrashBackOff(spec)) return;
    const task = this.startOne(spec, sandboxId, config)
      .catch((error: unknown) => {
        if (error instanceof StartAbandoned) return;
        const pod = podFullName(this.core.pod());
        context.logger.warn('starting a container failed', { pod, container: name, error });
        view.markStale();
        this.retries.set(name, context.clock.monotonic() + retryDelay);
      })
      .finally(() => {
        this.starting.delete(name);
        this.core.poke();
      });
    this.starting.set(name, task);
  }

  private async startOne(spec: SpecContainer, sandboxId: string, sandbox: criv1.PodSandboxConfig): Promise<void> {
    const { context, view } = this.core;
    const pod = this.core.pod();
    const name = spec.container.name ?? '';
    const podIps = pod.spec?.hostNetwork === true ? context.nodeIps : (view.state.sandboxes[0]?.ips ?? []);
    const volumes = context.volumes.ready(podUid(pod)) ?? new Map<string, MountedVolume>();
    const before = latest(view.state, name);
    context.metrics.startedContainers.inc({ container_type: containerTypes[spec.kind] });
    const target = spec.target === undefined ? undefined : latest(view.state, spec.target);
    const input = { pod, spec, sandboxId, sandboxConfig: sandbox, podIps, volumes, before, target };
    try {
      await startContainer(
        context,
        input,
        () => !this.core.isGoing(),
        (status) => {
          this.failures.delete(name);
          this.retries.delete(name);
          view.noteContainer(status);
          this.core.watchProbes();
        },
      );
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      this.failures.set(name, { reason: error.reason, message: error.message });
      context.metrics.startedContainersErrors.inc({ container_type: containerTypes[spec.kind], code: error.reason });
      if (error.reason === 'PostStartHookError') await this.killAfterHook(name);
      view.markStale();
      this.retries.set(name, context.clock.monotonic() + this.retryDelay(spec, error.reason));
    }
  }

  /** Whether a start that failed still has to wait, whatever else has the pod looked at. */
  private waitsToRetry(name: string): boolean {
    const remaining = (this.retries.get(name) ?? 0) - this.core.context.clock.monotonic();
    if (remaining <= 0) return false;
    this.core.wakeAfter(remaining);
    return true;
  }

  private retryDelay(spec: SpecContainer, reason: string): number {
    const pull = this.core.context.images.retryAfter(this.core.pod(), spec);
    // A failed pull shows as ErrImagePull for a moment before it shows as waiting.
    if (reason === 'ErrImagePull') return Math.min(pull, 2000);
    if (reason === 'ImagePullBackOff') return Math.max(pull, 100);
    // The container exists and has ended: its own back-off rules.
    return reason === 'RunContainerError' || reason === 'PostStartHookError' ? 50 : 5000;
  }

  private async killAfterHook(name: string): Promise<void> {
    const { context, view } = this.core;
    view.markStale();
    const status = latest(await view.observe(), name);
    if (status?.phase !== 'running') return;
    const pod = this.core.pod();
    const how = { pod, podIp: podIp(this.core), graceSeconds: specGraceSeconds(pod), message: 'FailedPostStartHook' };
    await killContainer(context, status, how);
  }

  /** Whether a crashed container still has to wait; then it shows so, and is looked at again in time. */
  private inCrashBackOff(spec: SpecContainer): boolean {
    const { clock, crashBackOff, events } = this.core.context;
    const pod = this.core.pod();
    const name = spec.container.name ?? '';
    const before = latest(this.core.view.state, name);
    if (before?.phase !== 'exited') return false;
    const key = `${podUid(pod)}_${name}`;
    const now = clock.now();
    const remaining = crashBackOff.remaining(key, before.finishedAt, now);
    if (remaining <= 0) {
      crashBackOff.next(key, before.finishedAt, now);
      return false;
    }
    if (this.failures.get(name)?.reason !== 'CrashLoopBackOff') {
      const full = podFullName(pod);
      const message = `Back-off restarting failed container ${name} in pod ${full}`;
      containerEvent(events, pod, spec, 'Warning', 'BackOff', message);
      const delay = formatDelay(crashBackOff.delay(key));
      const waiting = `back-off ${delay} restarting failed container=${name} pod=${full}`;
      this.failures.set(name, { reason: 'CrashLoopBackOff', message: waiting });
      this.core.publish();
    }
    this.core.wakeAfter(remaining);
    return true;
  }
}

/** As Go prints a whole number of seconds. */
function formatDelay(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
