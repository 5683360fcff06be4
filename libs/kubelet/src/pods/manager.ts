import type { corev1, skiffapiv1 } from '@skiff/contracts';
import type { InformerHandler } from '@skiff/client-runtime';
import { type Clock, type Logger, pause } from '@skiff/platform';
import type { ContainerService, RuntimeContainer, RuntimeInfo, Sandbox, SandboxService } from '../runtime/types';
import { RuntimeAnnotations } from '../runtime/labels';
import type { PodSetup } from './setup';
import { isTerminalPhase, podKey, podUid } from '../pod-model/pod';
import type { PodWorker } from './worker';

export interface PodManagerOptions {
  readonly runtime: SandboxService & ContainerService & Pick<RuntimeInfo, 'hints'>;
  readonly setup: Pick<PodSetup, 'removeOrphan' | 'uids'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Makes the worker of a pod.
   *
   * @param adopted whether the runtime may have something of the pod already.
   */
  newWorker(pod: corev1.Pod, adopted: boolean): PodWorker;
  /** Whether all pods of this node have been listed. */
  readonly hasSynced: () => boolean;
  /** A pod is gone from this node. */
  onGone(uid: string): void;
}

const hintRetries = [0, 10, 30, 80, 200, 500, 1000, 2000];
const relistMilliseconds = 5_000;
const relistWithoutHintsMilliseconds = 200;
const refreshMilliseconds = 30_000;

/**
 * The pods of this node: a worker for each, told of changes of its object by an
 * informer and of changes in the runtime by hints, and by comparing lists in case
 * a hint was lost. What the runtime has of no known pod is removed.
 */
export class PodManager implements InformerHandler<corev1.Pod> {
  private readonly workers = new Map<string, PodWorker>();
  private readonly cleaning = new Set<string>();
  private adoptAll = true;
  private hinting = false;
  private signal: AbortSignal | undefined;

  constructor(private readonly options: PodManagerOptions) {}

  /** Runs until the signal aborts. Pods and containers keep running. */
  async run(signal: AbortSignal): Promise<void> {
    this.signal = signal;
    for (const [uid, worker] of this.workers) this.start(uid, worker);
    await Promise.all([this.followHints(signal), this.relist(signal), this.refresh(signal)]);
  }

  pods(): corev1.Pod[] {
    return [...this.workers.values()].map((worker) => worker.pod());
  }

  all(): Iterable<PodWorker> {
    return this.workers.values();
  }

  byUid(uid: string): PodWorker | undefined {
    return this.workers.get(uid);
  }

  /** The worker of the pod that has this name now, or had it last. */
  byName(namespace: string, name: string): PodWorker | undefined {
    let found: PodWorker | undefined;
    for (const worker of this.workers.values()) {
      if (podKey(worker.pod()) === `${namespace}/${name}`) found = worker;
    }
    return found;
  }

  pokeAll(): void {
    for (const worker of this.workers.values()) worker.poke();
  }

  /** Has the volumes of the pods of a namespace follow what changed in the API. */
  async refreshNamespace(namespace: string): Promise<void> {
    const workers = [...this.workers.values()].filter((worker) => worker.pod().metadata?.namespace === namespace);
    await Promise.all(workers.map((worker) => this.refreshOne(worker)));
  }

  added(pod: corev1.Pod, trace?: skiffapiv1.TraceContext): void {
    this.upsert(pod, trace);
  }

  updated(_old: corev1.Pod, pod: corev1.Pod, trace?: skiffapiv1.TraceContext): void {
    this.upsert(pod, trace);
  }

  deleted(pod: corev1.Pod, trace?: skiffapiv1.TraceContext): void {
    const worker = this.workers.get(podUid(pod));
    worker?.update(pod, trace);
    worker?.remove();
  }

  private upsert(pod: corev1.Pod, trace?: skiffapiv1.TraceContext): void {
    const uid = podUid(pod);
    const known = this.workers.get(uid);
    if (known !== undefined) {
      known.update(pod, trace);
      return;
    }
    const worker = this.options.newWorker(pod, this.adoptAll || isTerminalPhase(pod.status?.phase));
    worker.link(trace);
    this.workers.set(uid, worker);
    if (this.signal !== undefined) this.start(uid, worker);
  }

  private start(uid: string, worker: PodWorker): void {
    const signal = this.signal;
    if (signal === undefined) return;
    void worker.run(signal).then(() => {
      if (signal.aborted) return;
      this.workers.delete(uid);
      this.options.onGone(uid);
    });
  }

  private async followHints(signal: AbortSignal): Promise<void> {
    const { clock, logger, runtime } = this.options;
    while (!signal.aborted) {
      try {
        this.hinting = true;
        for await (const { id } of runtime.hints(signal)) if (id !== undefined) this.hint(id, 0);
      } catch (error) {
        logger.warn('the runtime stopped telling of changes', { error });
      }
      this.hinting = false;
      await pause(clock, 1000, signal);
    }
  }

  /** The runtime's own record, or the kubelet's, may come a moment after the hint: looked at a few times. */
  private hint(id: string, attempt: number): void {
    const delay = hintRetries[attempt];
    if (delay === undefined) return;
    this.options.clock.after(delay, () => {
      const worker = [...this.workers.values()].find((candidate) => candidate.knows(id));
      const container = worker?.state.containers.find((candidate) => candidate.id === id);
      if (attempt > 0 && container?.phase === 'exited') return;
      // What ends while it is being started is not known yet.
      worker?.markStale();
      this.hint(id, attempt + 1);
    });
  }

  private async relist(signal: AbortSignal): Promise<void> {
    const { clock, logger, runtime } = this.options;
    while (!signal.aborted) {
      try {
        const synced = this.options.hasSynced();
        const [sandboxes, containers] = await Promise.all([runtime.listSandboxes(), runtime.listContainers()]);
        this.compare(sandboxes, containers);
        if (synced) {
          this.adoptAll = false;
          await this.removeOrphans(sandboxes, containers);
        }
      } catch (error) {
        logger.warn('the runtime could not be listed', { error });
      }
      const wait = this.adoptAll || !this.hinting ? relistWithoutHintsMilliseconds : relistMilliseconds;
      await pause(clock, wait, signal);
    }
  }

  /** Tells each worker what the runtime has of its pod, so that it can tell what it missed. */
  private compare(sandboxes: readonly Sandbox[], containers: readonly RuntimeContainer[]): void {
    const ofPod = byPod(sandboxes);
    const inPod = byPod(containers);
    for (const [uid, worker] of this.workers) worker.compare(ofPod.get(uid) ?? [], inPod.get(uid) ?? []);
  }

  private async removeOrphans(sandboxes: readonly Sandbox[], containers: readonly RuntimeContainer[]): Promise<void> {
    const { logger, setup } = this.options;
    const known = new Set([...sandboxes, ...containers].map(({ podUid: uid }) => uid));
    for (const uid of await setup.uids()) known.add(uid);
    for (const uid of known) {
      if (uid === '' || this.workers.has(uid) || this.cleaning.has(uid)) continue;
      this.cleaning.add(uid);
      logger.info('removing what is left of a pod that is gone', { uid });
      const own = {
        sandboxes: sandboxes.filter((s) => s.podUid === uid),
        containers: containers.filter((c) => c.podUid === uid),
      };
      void this.removeOrphan(own.sandboxes, own.containers)
        .then(() => setup.removeOrphan(uid))
        .catch((error: unknown) => logger.warn('what is left of a pod could not be removed', { uid, error }))
        .finally(() => this.cleaning.delete(uid));
    }
  }

  private async removeOrphan(sandboxes: readonly Sandbox[], containers: readonly RuntimeContainer[]): Promise<void> {
    const { runtime } = this.options;
    await Promise.all(
      containers.map(async ({ id, phase, annotations }) => {
        const grace = Number(annotations[RuntimeAnnotations.podGracePeriod] ?? 30);
        if (phase === 'running') await runtime.stopContainer(id, grace);
        await runtime.removeContainer(id);
      }),
    );
    for (const { id } of sandboxes) {
      await runtime.stopSandbox(id);
      await runtime.removeSandbox(id);
    }
  }

  private async refresh(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    while (!signal.aborted) {
      await pause(clock, refreshMilliseconds, signal);
      // Tokens grow old without anything happening.
      for (const worker of this.workers.values()) await this.refreshOne(worker);
    }
  }

  private async refreshOne(worker: PodWorker): Promise<void> {
    try {
      await worker.refreshVolumes();
    } catch (error) {
      this.options.logger.warn('the volumes of a pod could not be refreshed', {
        pod: podKey(worker.pod()),
        error,
      });
    }
    worker.poke();
  }
}

function byPod<T extends { readonly podUid: string }>(items: readonly T[]): ReadonlyMap<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const own = found.get(item.podUid);
    if (own === undefined) found.set(item.podUid, [item]);
    else own.push(item);
  }
  return found;
}
