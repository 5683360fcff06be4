import { Kinds, type corev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { formatTime } from '@skiff/platform';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { markDisrupted } from '../shared/disruption-target';
import { byNode } from '../shared/indexers';
import { keyOf, objectKey } from '../shared/keys';
import { isDeleting } from '../shared/pods';
import { semanticEqual } from '../shared/semantic-equal';
import { evictionTime, noExecuteTaints } from './plan';

/**
 * Deletes pods from nodes with NoExecute taints as soon as their tolerations end.
 *
 * Retry: an API error with back-off; a pod that still tolerates is looked at again
 * when its toleration ends. Upstream: pkg/controller/tainteviction.
 */
export class TaintEvictionController implements Controller {
  readonly workers = 8;
  /**
   * When pods were first found to have to go (milliseconds since the epoch), by uid. A taint need not say when it was
   * added, and whoever may stay after all is told so.
   */
  private readonly scheduled = new Map<string, number>();

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    const nodes = caches.of(Kinds.Node);
    const wakePods = (node: corev1.Node, trace: Trace): void => {
      for (const pod of caches.of(Kinds.Pod).byIndex(byNode, keyOf(node))) queue.add(keyOf(pod), trace);
    };
    nodes.subscribe({
      added: (node, trace) => {
        if (noExecuteTaints(node).length > 0) wakePods(node, trace);
      },
      updated: (old, node, trace) => {
        if (!semanticEqual(noExecuteTaints(old), noExecuteTaints(node))) wakePods(node, trace);
      },
    });
    const wakeTainted = (pod: corev1.Pod, trace: Trace): void => {
      if (noExecuteTaints(nodes.get(pod.spec?.nodeName ?? '')).length > 0) queue.add(keyOf(pod), trace);
    };
    caches.of(Kinds.Pod).subscribe({
      added: wakeTainted,
      updated: (old, pod, trace) => {
        const moved = old.spec?.nodeName !== pod.spec?.nodeName;
        if (moved || !semanticEqual(old.spec?.tolerations, pod.spec?.tolerations)) wakeTainted(pod, trace);
      },
      deleted: (pod) => this.scheduled.delete(pod.metadata?.uid ?? ''),
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, clock } = this.base;
    const pod = caches.of(Kinds.Pod).get(key);
    if (!pod?.spec?.nodeName || isDeleting(pod)) return done;
    const taints = noExecuteTaints(caches.of(Kinds.Node).get(pod.spec.nodeName));
    const uid = pod.metadata?.uid ?? '';
    const noticed = this.scheduled.get(uid) ?? clock.now();
    const deadline = evictionTime(pod, taints, noticed);
    if (deadline === undefined) {
      if (this.scheduled.delete(uid)) {
        this.base.recorder.event(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`);
      }
      return done;
    }
    const wait = deadline - clock.now();
    this.scheduled.set(uid, noticed);
    if (wait > 0) return { requeueAfter: wait };
    await this.evict(pod, signal);
    return done;
  }

  private async evict(pod: corev1.Pod, signal: AbortSignal): Promise<void> {
    const { client, clock } = this.base;
    this.base.recorder.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${keyOf(pod)}`);
    const why = {
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      now: formatTime(clock.now()),
    };
    try {
      await markDisrupted(client, pod, why, signal);
      await client.delete(Kinds.Pod, objectKey(pod), { preconditions: { uid: pod.metadata?.uid } }, { signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
    this.scheduled.delete(pod.metadata?.uid ?? '');
  }
}
