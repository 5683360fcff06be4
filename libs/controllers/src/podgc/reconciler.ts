import { Kinds } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { formatTime } from '@skiff/platform';
import type { Controller, ControllerBase, ReconcileContext, Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { markDisrupted } from '../shared/disruption-target';
import { keyOf, objectKey } from '../shared/keys';
import { isPodTerminal } from '../shared/pods';
import { planGarbage, type Garbage } from './plan';

export interface PodGcOptions {
  /** How many ended pods the cluster keeps. */
  readonly terminatedThreshold: number;
  /** Milliseconds between two passes. */
  readonly period: number;
  /** Milliseconds for which a node has to be missing before its pods count as orphans. */
  readonly quarantine: number;
}

/** Upstream's values. */
export const defaultPodGcOptions: PodGcOptions = { terminatedThreshold: 12_500, period: 20_000, quarantine: 40_000 };

const pass = 'pods';

/**
 * Removes pods whose node is gone, ended pods beyond a number, and pods that were
 * deleted before they were scheduled.
 *
 * Retry: a pass every 20 seconds, whatever failed in the one before. Upstream: pkg/controller/podgc.
 */
export class PodGcController implements Controller {
  readonly workers = 1;
  /** Since when nodes that pods name have been missing. */
  private readonly missingSince = new Map<string, number>();

  constructor(
    private readonly base: ControllerBase,
    private readonly options: PodGcOptions = defaultPodGcOptions,
  ) {}

  watch(queue: Queue): void {
    this.base.caches.of(Kinds.Pod).subscribe({});
    this.base.caches.of(Kinds.Node).subscribe({});
    queue.add(pass);
  }

  async reconcile(_key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches } = this.base;
    const pods = caches.of(Kinds.Pod).list();
    const nodes = caches.of(Kinds.Node);
    const gone = await this.goneNodes(new Set(pods.map((pod) => pod.spec?.nodeName ?? '')), signal);
    const garbage = planGarbage({
      pods,
      nodeOf: (name) => nodes.get(name),
      isGone: (name) => gone.has(name),
      terminatedThreshold: this.options.terminatedThreshold,
    });
    await Promise.all(garbage.map((item) => this.remove(item, signal)));
    return { requeueAfter: this.options.period };
  }

  /** Nodes that have been missing for the quarantine, and are missing past the cache too. */
  private async goneNodes(names: Set<string>, signal: AbortSignal): Promise<Set<string>> {
    const { caches, client, clock } = this.base;
    names.delete('');
    for (const name of this.missingSince.keys()) if (!names.has(name)) this.missingSince.delete(name);
    const gone = new Set<string>();
    for (const name of names) {
      if (caches.of(Kinds.Node).get(name)) {
        this.missingSince.delete(name);
        continue;
      }
      const since = this.missingSince.get(name) ?? clock.now();
      this.missingSince.set(name, since);
      if (clock.now() - since < this.options.quarantine) continue;
      try {
        await client.get(Kinds.Node, { name }, { signal });
      } catch (error) {
        if (hasReason(error, 'NotFound')) gone.add(name);
        else this.base.logger.warn('cannot tell whether a node is gone', { node: name, error });
      }
    }
    return gone;
  }

  private async remove({ pod, cause }: Garbage, signal: AbortSignal): Promise<void> {
    const { client, clock, logger } = this.base;
    try {
      if (cause === 'orphaned' || cause === 'out of service') {
        await markDisrupted(
          client,
          pod,
          {
            reason: 'DeletionByPodGC',
            message: cause === 'orphaned' ? 'PodGC: node no longer exists' : 'PodGC: node out-of-service',
            ...(!isPodTerminal(pod) && { phase: 'Failed' }),
            now: formatTime(clock.now()),
          },
          signal,
        );
      }
      await client.delete(
        Kinds.Pod,
        objectKey(pod),
        { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata?.uid } },
        { signal },
      );
      logger.info('removed a pod', { pod: keyOf(pod), cause });
    } catch (error) {
      if (hasReason(error, 'NotFound')) return;
      logger.warn('could not remove a pod', { pod: keyOf(pod), cause, error });
    }
  }
}
