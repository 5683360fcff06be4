import type { ApiObject } from '@skiff/apimachinery';
import { Kinds, type corev1, type metav1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { byNamespace } from '../shared/indexers';
import { keyFrom, keyOf } from '../shared/keys';
import { selects } from '../shared/labels';
import { lookAgain } from '../shared/look-again';
import { enqueue, onChange, onWrite } from '../shared/on-change';
import { controllerOf } from '../shared/owner-references';
import { sameStatus } from '../shared/same-status';
import { countHealthy, needsScale, planDisrupted, planExpected, planStatus } from './plan';

/**
 * Says in the status of each PodDisruptionBudget how many of its pods may be evicted
 * now; the API server holds evictions to it.
 *
 * Retry: an API error, a conflict included, with back-off; evictions that were allowed
 * and did not happen are forgotten after two minutes. Upstream: pkg/controller/disruption.
 */
export class DisruptionController implements Controller {
  readonly workers = 5;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    const budgets = caches.of(Kinds.PodDisruptionBudget);
    budgets.subscribe(onWrite(enqueue(queue)));
    const wake = (pod: corev1.Pod, trace: Trace): void => {
      for (const budget of budgets.byIndex(byNamespace, pod.metadata?.namespace ?? '')) {
        if (selects(budget.spec?.selector, pod.metadata?.labels)) queue.add(keyOf(budget), trace);
      }
    };
    caches.of(Kinds.Pod).subscribe(onChange(wake));
    // To know how many pods are wanted.
    caches.of(Kinds.ReplicaSet);
    caches.of(Kinds.Deployment);
    caches.of(Kinds.StatefulSet);
    caches.of(Kinds.ReplicationController);
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client, clock } = this.base;
    const budget = caches.of(Kinds.PodDisruptionBudget).get(key);
    if (!budget) return done;
    const pods = caches
      .of(Kinds.Pod)
      .byIndex(byNamespace, budget.metadata?.namespace ?? '')
      .filter((pod) => selects(budget.spec?.selector, pod.metadata?.labels));
    if (pods.length === 0) this.base.recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found');
    const scale = needsScale(budget.spec ?? {}) ? this.scaleOf(pods) : undefined;
    const expected = planExpected(budget.spec, pods.length, scale);
    const disrupted = planDisrupted(budget.status, pods, clock.now());
    for (const pod of disrupted.late) {
      this.base.recorder.event(
        pod,
        'Warning',
        'NotDeleted',
        `Pod was expected by PDB ${key} to be deleted but it wasn't`,
      );
    }
    const healthy = countHealthy(pods, disrupted.disruptedPods);
    const status = planStatus(budget, expected, healthy, disrupted.disruptedPods, formatTime(clock.now()));
    if (!sameStatus(budget.status, status)) {
      await client.update(Kinds.PodDisruptionBudget, { ...budget, status }, { subresource: 'status', signal });
    }
    return lookAgain(disrupted.nextCheck);
  }

  /** What the controllers of pods want together; undefined when none of them has a size. */
  private scaleOf(pods: readonly corev1.Pod[]): number | undefined {
    const sizes = new Map<string, number>();
    for (const pod of pods) {
      const [uid, size] = this.scaleOfController(pod) ?? [];
      if (uid !== undefined && size !== undefined) sizes.set(uid, size);
    }
    return sizes.size === 0 ? undefined : [...sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  private scaleOfController(pod: corev1.Pod): [uid: string, size: number] | undefined {
    const { caches } = this.base;
    const controller = controllerOf(pod);
    if (!controller?.uid) return undefined;
    const key = keyFrom(pod.metadata?.namespace, controller.name ?? '');
    if (controller.kind === 'ReplicaSet') {
      const replicaSet = owned(caches.of(Kinds.ReplicaSet).get(key), controller);
      const owner = replicaSet && controllerOf(replicaSet);
      if (owner?.kind === 'Deployment' && owner.uid) {
        const deployments = caches.of(Kinds.Deployment);
        const deployment = owned(deployments.get(keyFrom(pod.metadata?.namespace, owner.name ?? '')), owner);
        return deployment ? [owner.uid, deployment.spec?.replicas ?? 0] : undefined;
      }
      return replicaSet ? [controller.uid, replicaSet.spec?.replicas ?? 0] : undefined;
    }
    if (controller.kind === 'StatefulSet') {
      const set = owned(caches.of(Kinds.StatefulSet).get(key), controller);
      return set ? [controller.uid, set.spec?.replicas ?? 0] : undefined;
    }
    if (controller.kind === 'ReplicationController') {
      const set = owned(caches.of(Kinds.ReplicationController).get(key), controller);
      return set ? [controller.uid, set.spec?.replicas ?? 0] : undefined;
    }
    return undefined;
  }
}

/** The object that a reference means, and no other of that name. */
function owned<T extends ApiObject>(object: T | undefined, { uid }: metav1.OwnerReference): T | undefined {
  return object?.metadata?.uid === uid ? object : undefined;
}
