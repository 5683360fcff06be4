import type { Clock } from '@skiff/platform';
import { orMissing } from '../runtime/cri-mapping';
import type { ContainerRuntime } from '../runtime/container-runtime';
import type { RuntimeContainer, RuntimeContainerStatus } from '../runtime/container-service';
import type { Sandbox, SandboxStatus } from '../runtime/sandbox-service';
import { emptyState, type PodRuntimeState } from '../pod-model/state';

/**
 * What the runtime has of one pod, as last seen. The kubelet's own acts are
 * noted at once; what happens by itself is read again when something hints at it.
 */
export class PodRuntimeView {
  private current: PodRuntimeState;
  private stale: boolean;
  /** Counts what was noted, so that a slower reading does not undo it. */
  private notes = 0;

  constructor(
    private readonly runtime: ContainerRuntime,
    private readonly uid: string,
    /** Whether the runtime may have something of this pod already. */
    adopted: boolean,
  ) {
    this.current = emptyState;
    this.stale = adopted;
  }

  get state(): PodRuntimeState {
    return this.current;
  }

  markStale(): void {
    this.stale = true;
  }

  knows(id: string): boolean {
    return [...this.current.containers, ...this.current.sandboxes].some((item) => item.id === id);
  }

  /** Reads anew what a list of the whole runtime shows to be otherwise; whether there is such. */
  compare(sandboxes: readonly Sandbox[], containers: readonly RuntimeContainer[]): boolean {
    const seen = [...sandboxes.map(({ id, ready }) => `${id}=${ready}`), ...containers.map(describe)];
    const known = [
      ...this.current.sandboxes.map(({ id, ready }) => `${id}=${ready}`),
      ...this.current.containers.map(describe),
    ];
    const differs = seen.length !== known.length || new Set([...seen, ...known]).size !== known.length;
    if (differs) this.stale = true;
    return differs;
  }

  noteSandbox(status: SandboxStatus): void {
    this.notes += 1;
    this.current = { ...this.current, sandboxes: byAge([status, ...without(this.current.sandboxes, status.id)]) };
  }

  noteContainer(status: RuntimeContainerStatus): void {
    this.notes += 1;
    const known = this.current.containers.find(({ id }) => id === status.id);
    const placed = { ...status, sandboxId: status.sandboxId || (known?.sandboxId ?? '') };
    this.current = { ...this.current, containers: byAge([placed, ...without(this.current.containers, status.id)]) };
  }

  /** Reads a container again; its new status. */
  async refreshContainer(id: string): Promise<RuntimeContainerStatus> {
    const status = await this.runtime.containerStatus(id);
    this.noteContainer(status);
    return status;
  }

  forget(id: string): void {
    this.notes += 1;
    this.current = {
      sandboxes: without(this.current.sandboxes, id),
      containers: without(this.current.containers, id),
    };
  }

  /** The state, read from the runtime if it may have changed. */
  async observe(): Promise<PodRuntimeState> {
    while (this.stale) {
      this.stale = false;
      const notes = this.notes;
      try {
        const state = await this.read();
        // What was noted meanwhile may be newer than what was read.
        if (this.notes === notes) this.current = state;
        else this.stale = true;
      } catch (error) {
        this.stale = true;
        throw error;
      }
    }
    return this.current;
  }

  private async read(): Promise<PodRuntimeState> {
    const [sandboxes, containers] = await Promise.all([
      this.runtime.listSandboxes(this.uid),
      this.runtime.listContainers(this.uid),
    ]);
    const ended = new Map(this.current.containers.filter(isSettled).map((status) => [status.id, status]));
    const statuses = await Promise.all(
      containers.map(async ({ id, sandboxId }) => {
        const status = ended.get(id) ?? (await orMissing(this.runtime.containerStatus(id)));
        return status && { ...status, sandboxId };
      }),
    );
    const sandboxStatuses = await Promise.all(sandboxes.map(({ id }) => orMissing(this.runtime.sandboxStatus(id))));
    return { sandboxes: byAge(present(sandboxStatuses)), containers: byAge(present(statuses)) };
  }
}

/** Waits until a container has been seen to end, for at most `limit` milliseconds. */
export async function waitForExit(
  view: PodRuntimeView,
  id: string,
  clock: Clock,
  limit: number,
): Promise<RuntimeContainerStatus> {
  const end = clock.monotonic() + limit;
  for (let delay = 5; ; delay = Math.min(delay * 2, 100)) {
    const status = await view.refreshContainer(id);
    if (status.phase === 'exited' || clock.monotonic() >= end) return status;
    await clock.sleep(delay);
  }
}

/** Whether all of a container's end is known. That the kernel killed it for its memory may come a moment later. */
function isSettled({ phase, exitCode, reason }: RuntimeContainerStatus): boolean {
  return phase === 'exited' && !(exitCode === 137 && reason === 'Error');
}

const describe = ({ id, phase }: RuntimeContainer): string => `${id}=${phase}`;

function without<T extends { readonly id: string }>(items: readonly T[], id: string): T[] {
  return items.filter((item) => item.id !== id);
}

function byAge<T extends { readonly createdAt: number }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => b.createdAt - a.createdAt);
}

function present<T>(items: readonly (T | undefined)[]): T[] {
  return items.filter((item) => item !== undefined);
}
