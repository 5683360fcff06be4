import { hasReason, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type appsv1, type corev1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { claim } from '../shared/adoption';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { byController, controlledBy, controllerValue } from '../shared/indexers';
import { keyOf } from '../shared/keys';
import { lookAgain } from '../shared/look-again';
import { enqueue, onWrite } from '../shared/on-change';
import { controllerOf, controllerReference } from '../shared/owner-references';
import { PodControl } from '../shared/pod-control';
import { podFromTemplate } from '../shared/pod-template';
import { isDeleting, isPodActive, untilAvailable } from '../shared/pods';
import { sameStatus } from '../shared/same-status';
import { semanticEqual } from '../shared/semantic-equal';
import type { Flavor } from './flavor';
import { planScale, planStatus, type ScaleFailure } from './plan';

/**
 * Keeps as many pods as a ReplicaSet wants, adopting and releasing by its selector,
 * and reports them in its status.
 *
 * Retry: an API error is retried with back-off, after the status (with condition
 * ReplicaFailure) is written. While its own writes have not shown in the cache it
 * only updates the status. Upstream: pkg/controller/replicaset.
 */
export class ReplicaSetController<T extends ApiObject = appsv1.ReplicaSet> implements Controller {
  readonly workers = 8;
  private readonly podControl: PodControl<T>;

  constructor(
    private readonly base: ControllerBase,
    private readonly flavor: Flavor<T>,
  ) {
    this.podControl = new PodControl(base, flavor.kind, (owner) => flavor.asReplicaSet(owner).spec?.selector);
  }

  watch(queue: Queue): void {
    this.base.caches.of(this.flavor.kind).subscribe({
      ...onWrite(enqueue(queue)),
      deleted: (object, trace) => {
        this.podControl.forget(keyOf(object));
        queue.add(keyOf(object), trace);
      },
    });
    const podDeleted = (pod: corev1.Pod): void => {
      const owner = this.ownerKey(pod);
      if (owner !== undefined) queue.add(owner);
    };
    this.podControl.observe();
    this.base.caches.of(Kinds.Pod).subscribe({
      added: (pod, trace) => {
        if (isDeleting(pod)) return podDeleted(pod);
        const owner = this.ownerKey(pod);
        if (owner === undefined) return this.podControl.owners.wakeAdopters(pod, queue);
        queue.add(owner, trace);
      },
      updated: (old, pod, trace) => {
        if (old.metadata?.resourceVersion === pod.metadata?.resourceVersion) return;
        if (isDeleting(pod)) return podDeleted(pod);
        const before = this.ownerKey(old);
        const owner = this.ownerKey(pod);
        if (before !== undefined && before !== owner) queue.add(before, trace);
        if (owner !== undefined) queue.add(owner, trace);
        else if (before !== undefined || !semanticEqual(old.metadata?.labels, pod.metadata?.labels)) {
          this.podControl.owners.wakeAdopters(pod, queue);
        }
      },
      deleted: podDeleted,
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const object = this.base.caches.of(this.flavor.kind).get(key);
    if (!object) {
      this.podControl.forget(key);
      return done;
    }
    const replicaSet = this.flavor.asReplicaSet(object);
    const mayScale = this.podControl.isSettled(key);
    const pods = await claim(
      this.base.client,
      { kind: this.flavor.kind, object, selector: replicaSet.spec?.selector },
      { kind: Kinds.Pod, cache: this.base.caches.of(Kinds.Pod) },
    );
    const failure = mayScale && !isDeleting(object) ? await this.scale(object, replicaSet, pods, signal) : undefined;
    await this.updateStatus(object, replicaSet, pods, failure?.condition, signal);
    if (failure) throw failure.error;
    const { minReadySeconds } = replicaSet.spec ?? {};
    return lookAgain(untilAvailable(pods.filter(isPodActive), minReadySeconds, this.base.clock.now()));
  }

  /** Creates or deletes what is missing or too much; returns what went wrong. */
  private async scale(
    object: T,
    replicaSet: appsv1.ReplicaSet,
    pods: readonly corev1.Pod[],
    signal: AbortSignal,
  ): Promise<{ condition: ScaleFailure; error: unknown } | undefined> {
    const plan = planScale(replicaSet, pods.filter(isPodActive), () => this.related(replicaSet), this.base.clock.now());
    const create = plan.create === 0 ? [] : Array<corev1.Pod>(plan.create).fill(this.podFor(object, replicaSet));
    const error = await this.podControl.scale(object, { create, remove: plan.remove }, signal);
    if (error === undefined) return undefined;
    const reason = plan.create > 0 ? 'FailedCreate' : 'FailedDelete';
    return { condition: { reason, message: (error as Error).message }, error };
  }

  private podFor(object: T, replicaSet: appsv1.ReplicaSet): corev1.Pod {
    return podFromTemplate(replicaSet.spec?.template, {
      name: replicaSet.metadata?.name ?? '',
      namespace: replicaSet.metadata?.namespace,
      reference: controllerReference(this.flavor.kind, object),
    });
  }

  /** The pods of every ReplicaSet with the same controller, such as old and new ones of a Deployment. */
  private related(replicaSet: appsv1.ReplicaSet): readonly corev1.Pod[] {
    const pods = this.base.caches.of(Kinds.Pod);
    const owner = controllerOf(replicaSet)?.uid;
    if (owner === undefined) return pods.byIndex(byController, controlledBy(replicaSet));
    return this.base.caches
      .of(this.flavor.kind)
      .byIndex(byController, controllerValue(replicaSet.metadata?.namespace, owner))
      .flatMap((sibling) => pods.byIndex(byController, controlledBy(sibling)));
  }

  private async updateStatus(
    object: T,
    replicaSet: appsv1.ReplicaSet,
    pods: readonly corev1.Pod[],
    failure: ScaleFailure | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const status = planStatus(replicaSet, pods, failure, formatTime(this.base.clock.now()));
    if (sameStatus(replicaSet.status, status)) return;
    try {
      await this.base.client.update(this.flavor.kind, this.flavor.withStatus(object, status), {
        subresource: 'status',
        signal,
      });
    } catch (error) {
      // The newer version is on its way and wakes this controller.
      if (!hasReason(error, 'Conflict') && !hasReason(error, 'NotFound')) throw error;
    }
  }

  private ownerKey(pod: corev1.Pod): string | undefined {
    const owner = this.podControl.owners.of(pod);
    return owner && keyOf(owner);
  }
}
