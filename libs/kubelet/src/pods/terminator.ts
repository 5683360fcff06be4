import { rm } from 'node:fs/promises';
import { podCgroup } from '../pod-model/qos';
import { killContainer, killContainers } from '../containers/killer';
import type { ContainerToKill } from './plan';
import type { SandboxStatus } from '../runtime/types';
import { podUid } from '../pod-model/pod';
import { podIp, specGraceSeconds, type PodCore } from './pod-core';
import { waitForExit } from './runtime-view';
import type { PodStarter } from './starter';
import { runningContainers } from '../pod-model/state';

const exitSeenWithin = 5000;

/** Ends containers of a pod, its sandbox, and all that it had on the node. */
export class PodTerminator {
  /** Sandboxes that are stopped for sure, and so hold nothing. */
  private readonly stopped = new Set<string>();
  private killing: { graceSeconds: number; done: boolean } | undefined;

  constructor(
    private readonly core: PodCore,
    private readonly starter: PodStarter,
  ) {}

  /** Ends single containers of a pod that goes on. */
  async killSome(containers: readonly ContainerToKill[]): Promise<void> {
    const { context, view } = this.core;
    const pod = this.core.pod();
    await Promise.all(
      containers.map(async ({ id, name, message }) => {
        const how = { pod, podIp: podIp(this.core), graceSeconds: specGraceSeconds(pod), message };
        await killContainer(context, { id, name }, how);
        await waitForExit(view, id, context.clock, exitSeenWithin);
      }),
    );
    await this.core.readMessages();
  }

  /** Ends all containers and the sandbox of a pod that gets a new one, or has done its work. */
  async killAll(): Promise<void> {
    const { context, view } = this.core;
    const pod = this.core.pod();
    const { state } = view;
    const how = { pod, podIp: podIp(this.core), graceSeconds: specGraceSeconds(pod), message: '' };
    await killContainers(context, runningContainers(state), how);
    await this.stopSandboxes();
    view.markStale();
    await view.observe();
    for (const { id } of runningContainers(view.state)) await waitForExit(view, id, context.clock, exitSeenWithin);
    await this.core.readMessages();
  }

  /** Whether something of the pod still runs, or a sandbox that is dead may still hold its network. */
  get isRunning(): boolean {
    const { state } = this.core.view;
    return state.sandboxes.some((sandbox) => this.isUp(sandbox)) || runningContainers(state).length > 0;
  }

  private isUp({ id, ready }: SandboxStatus): boolean {
    return ready || !this.stopped.has(id);
  }

  private async stopSandboxes(): Promise<void> {
    const { context, view } = this.core;
    const up = view.state.sandboxes.filter((sandbox) => this.isUp(sandbox));
    await Promise.all(
      up.map(async ({ id }) => {
        await context.runtime.stopSandbox(id);
        this.stopped.add(id);
      }),
    );
  }

  /** Begins to end the pod for good, or gives it less time; true when nothing runs any more. Never waits for it. */
  async terminate(): Promise<boolean> {
    const graceSeconds = this.graceSeconds();
    if (this.killing === undefined) {
      this.beginToKill(graceSeconds);
      return false;
    }
    if (graceSeconds < this.killing.graceSeconds) {
      // Somebody lost patience: the same containers get less time.
      this.killing.graceSeconds = graceSeconds;
      const running = runningContainers(this.core.view.state);
      await Promise.all(running.map(({ id }) => this.core.context.runtime.stopContainer(id, graceSeconds)));
    }
    return this.killing.done;
  }

  private beginToKill(graceSeconds: number): void {
    const killing = { graceSeconds, done: false };
    this.killing = killing;
    this.killForGood(graceSeconds).then(
      () => {
        killing.done = true;
        this.core.poke();
      },
      () => {
        // What failed is tried again with what is left.
        if (this.killing === killing) this.killing = undefined;
        this.core.wakeAfter(1000);
      },
    );
  }

  /** Removes all that is left of the pod on this node. */
  async cleanUp(): Promise<void> {
    const { context, view } = this.core;
    const { cgroups, cgroupRoot, crashBackOff, images, runtime, volumes } = context;
    const pod = this.core.pod();
    const uid = podUid(pod);
    await volumes.tearDown(uid);
    await Promise.all(view.state.containers.map(({ id }) => runtime.removeContainer(id)));
    await Promise.all(view.state.sandboxes.map(({ id }) => runtime.removeSandbox(id)));
    await cgroups.remove(podCgroup(cgroupRoot, pod));
    await rm(context.directories.podLogs(pod), { recursive: true, force: true });
    crashBackOff.forgetPrefix(`${uid}_`);
    images.forget(uid);
  }

  /**
   * Keeps of each container its newest attempt and the one before, and the newest
   * sandbox with those that these are in: a sandbox takes its containers with it.
   */
  async removeOld(): Promise<void> {
    const { context, view } = this.core;
    const seen = new Map<string, number>();
    for (const { id, name, phase } of view.state.containers) {
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      if (count <= 2 || phase === 'running') continue;
      await context.runtime.removeContainer(id);
      view.forget(id);
    }
    const [newest, ...older] = view.state.sandboxes;
    const inUse = new Set(view.state.containers.map(({ sandboxId }) => sandboxId));
    for (const { id, ready } of older) {
      if (ready || newest?.ready !== true || inUse.has(id)) continue;
      await context.runtime.removeSandbox(id);
      this.stopped.delete(id);
      view.forget(id);
    }
  }

  private graceSeconds(): number {
    const pod = this.core.pod();
    return Math.max(1, pod.metadata?.deletionGracePeriodSeconds ?? specGraceSeconds(pod));
  }

  private async killForGood(graceSeconds: number): Promise<void> {
    const { context, view } = this.core;
    const pod = this.core.pod();
    await this.starter.settled();
    view.markStale();
    for (;;) {
      const state = await view.observe();
      const running = runningContainers(state);
      if (running.length === 0) break;
      await killContainers(context, running, { pod, podIp: podIp(this.core), graceSeconds, message: '' });
      for (const { id } of running) await waitForExit(view, id, context.clock, exitSeenWithin);
    }
    await this.stopSandboxes();
    view.markStale();
    await view.observe();
    await this.core.readMessages();
  }
}
