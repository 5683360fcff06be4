import type { corev1, skiffapiv1 } from '@skiff/contracts';
import type { InformerHandler } from '@skiff/client-runtime';
import { pause } from '@skiff/platform';
import type { ContainerService, RuntimeContainer } from '../runtime/container-service';
import type { Sandbox, SandboxService } from '../runtime/sandbox-service';
import { RuntimeHints, type RuntimeHintsParts } from './runtime-hints';
import { Orphans, type OrphansParts } from './orphans';
import { isTerminalPhase, podKey, podUid } from '../pod-model/pod';
import type { PodWorker } from './worker';

export interface PodManagerOptions extends RuntimeHintsParts, OrphansParts {
  readonly runtime: SandboxService & ContainerService & RuntimeHintsParts['runtime'];
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
  private readonly hints: RuntimeHints;
  private readonly orphans: Orphans;
  private adoptAll = true;
  private signal: AbortSignal | undefined;

  constructor(private readonly options: PodManagerOptions) {
    this.hints = new RuntimeHints(options, (id) => [...this.workers.values()].find((worker) => worker.knows(id)));
    this.orphans = new Orphans(options, (uid) => this.workers.has(uid));
  }

  /** Runs until the signal aborts. Pods and containers keep running. */
  async run(signal: AbortSignal): Promise<void> {
    this.signal = signal;
    for (const [uid, worker] of this.workers) this.start(uid, worker);
    await Promise.all([this.hints.follow(signal), this.relist(signal), this.refresh(signal)]);
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

  private async relist(signal: AbortSignal): Promise<void> {
    const { clock, logger, runtime } = this.options;
    while (!signal.aborted) {
      try {
        const synced = this.options.hasSynced();
        const [sandboxes, containers] = await Promise.all([runtime.listSandboxes(), runtime.listContainers()]);
        this.compare(sandboxes, containers);
        if (synced) {
          this.adoptAll = false;
          await this.orphans.remove(sandboxes, containers);
        }
      } catch (error) {
        logger.warn('the runtime could not be listed', { error });
      }
      const wait = this.adoptAll || !this.hints.areComing ? relistWithoutHintsMilliseconds : relistMilliseconds;
      await pause(clock, wait, signal);
    }
  }

  /** Tells each worker what the runtime has of its pod, so that it can tell what it missed. */
  private compare(sandboxes: readonly Sandbox[], containers: readonly RuntimeContainer[]): void {
    const ofPod = byPod(sandboxes);
    const inPod = byPod(containers);
    for (const [uid, worker] of this.workers) worker.compare(ofPod.get(uid) ?? [], inPod.get(uid) ?? []);
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
