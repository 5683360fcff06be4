import type { corev1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import type { ContainerKiller, KillInput } from '../containers/killer';
import { specGraceSeconds } from '../pod-model/pod';
import { podIpsOf, runningContainers } from '../pod-model/state';
import type { ContainerService } from '../runtime/container-service';
import type { SandboxService } from '../runtime/sandbox-service';
import type { ContainerToKill } from './actions';
import type { PodMemory } from './memory';
import { waitForExit, type PodRuntimeView } from './runtime-view';

export interface PodTerminatorParts {
  readonly killer: ContainerKiller;
  readonly runtime: SandboxService & ContainerService;
  readonly clock: Clock;
  readonly hostIps: readonly string[];
}

const exitSeenWithin = 5000;

/** Ends containers of a pod, and its sandbox. What has ended by then stands in the view of the runtime. */
export class PodTerminator {
  constructor(
    private readonly parts: PodTerminatorParts,
    private readonly view: PodRuntimeView,
    private readonly memory: Pick<PodMemory, 'stopped'>,
  ) {}

  /** Ends single containers of a pod that goes on. */
  async killSome(pod: corev1.Pod, containers: readonly ContainerToKill[]): Promise<void> {
    await Promise.all(
      containers.map(async ({ id, name, message }) => {
        await this.parts.killer.kill({ id, name }, { ...this.how(pod), message });
        await waitForExit(this.view, id, this.parts.clock, exitSeenWithin);
      }),
    );
  }

  /** Ends all containers and the sandbox of a pod that gets a new one, or has done its work. */
  async killAll(pod: corev1.Pod): Promise<void> {
    const { view } = this;
    await this.parts.killer.killAll(runningContainers(view.state), this.how(pod));
    await this.stopSandboxes();
    view.markStale();
    await view.observe();
    for (const { id } of runningContainers(view.state)) await waitForExit(view, id, this.parts.clock, exitSeenWithin);
  }

  /** Ends the pod for good: resolves when nothing of it runs any more. */
  async end(pod: corev1.Pod, graceSeconds: number): Promise<void> {
    const { view } = this;
    view.markStale();
    for (;;) {
      const running = runningContainers(await view.observe());
      if (running.length === 0) break;
      await this.parts.killer.killAll(running, { ...this.how(pod), graceSeconds });
      for (const { id } of running) await waitForExit(view, id, this.parts.clock, exitSeenWithin);
    }
    await this.stopSandboxes();
    view.markStale();
    await view.observe();
  }

  /** Gives containers that are being ended less time. */
  async hurry(graceSeconds: number): Promise<void> {
    const running = runningContainers(this.view.state);
    await Promise.all(running.map(({ id }) => this.parts.runtime.stopContainer(id, graceSeconds)));
  }

  /** Removes the containers and sandboxes of a pod of which nothing runs. */
  async removeAll(): Promise<void> {
    const { runtime } = this.parts;
    const { containers, sandboxes } = this.view.state;
    await Promise.all(containers.map(({ id }) => runtime.removeContainer(id)));
    await Promise.all(sandboxes.map(({ id }) => runtime.removeSandbox(id)));
  }

  /**
   * Keeps of each container its newest attempt and the one before, and the newest
   * sandbox with those that these are in: a sandbox takes its containers with it.
   */
  async removeOld(): Promise<void> {
    const { view } = this;
    const { runtime } = this.parts;
    const seen = new Map<string, number>();
    for (const { id, name, phase } of view.state.containers) {
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      if (count <= 2 || phase === 'running') continue;
      await runtime.removeContainer(id);
      view.forget(id);
    }
    const [newest, ...older] = view.state.sandboxes;
    const inUse = new Set(view.state.containers.map(({ sandboxId }) => sandboxId));
    for (const { id, ready } of older) {
      if (ready || newest?.ready !== true || inUse.has(id)) continue;
      await runtime.removeSandbox(id);
      this.memory.stopped.delete(id);
      view.forget(id);
    }
  }

  private async stopSandboxes(): Promise<void> {
    const up = this.view.state.sandboxes.filter(({ id, ready }) => ready || !this.memory.stopped.has(id));
    await Promise.all(
      up.map(async ({ id }) => {
        await this.parts.runtime.stopSandbox(id);
        this.memory.stopped.add(id);
      }),
    );
  }

  private how(pod: corev1.Pod): KillInput {
    const podIp = podIpsOf(pod, this.view.state, this.parts.hostIps)[0] ?? '';
    return { pod, podIp, graceSeconds: specGraceSeconds(pod), message: '' };
  }
}
