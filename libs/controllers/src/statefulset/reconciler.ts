import { Kinds, type appsv1, type corev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { claim } from '../shared/adoption';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { syncHistory, templateOf, truncateHistory, type History } from '../shared/history';
import { byNamespace } from '../shared/indexers';
import { keyFrom, keyOf, objectKey } from '../shared/keys';
import { selects } from '../shared/labels';
import { lookAgain } from '../shared/look-again';
import { enqueue, onChange, onWrite } from '../shared/on-change';
import { controllerOf } from '../shared/owner-references';
import { isNamespaceTerminating } from '../shared/namespaces';
import { isDeleting, untilAvailable } from '../shared/pods';
import { sameStatus } from '../shared/same-status';
import { planPods, planStatus, type StatefulSetPlan, type StatefulSetState } from './plan';
import { buildPod, claimsOf, revisionOf } from './pods';

/** The label with its hash on a revision of a StatefulSet. */
const hashLabel = 'controller.kubernetes.io/hash';

/**
 * Runs pods with a number each, created in order and removed in reverse, each with
 * volumes of its own. Claims are kept when a set shrinks or goes, whatever its
 * retention policy says.
 *
 * Retry: an API error with back-off. Names are fixed, so that a late cache creates
 * nothing twice. Upstream: pkg/controller/statefulset.
 */
export class StatefulSetController implements Controller {
  readonly workers = 5;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    caches.of(Kinds.StatefulSet).subscribe(onWrite(enqueue(queue)));
    caches.of(Kinds.ControllerRevision);
    caches.of(Kinds.PersistentVolumeClaim);
    const wake = (pod: corev1.Pod, trace: Trace): void => {
      const controller = controllerOf(pod);
      const namespace = pod.metadata?.namespace ?? '';
      if (controller?.kind === 'StatefulSet') queue.add(keyFrom(namespace, controller.name ?? ''), trace);
      if (controller) return;
      for (const set of caches.of(Kinds.StatefulSet).byIndex(byNamespace, namespace)) {
        if (selects(set.spec?.selector, pod.metadata?.labels)) queue.add(keyOf(set), trace);
      }
    };
    caches.of(Kinds.Pod).subscribe(onChange(wake));
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client, clock } = this.base;
    const set = caches.of(Kinds.StatefulSet).get(key);
    if (!set || isDeleting(set)) return done;
    const owner = { kind: Kinds.StatefulSet, object: set, selector: set.spec?.selector };
    const revisions = caches.of(Kinds.ControllerRevision);
    const history = await syncHistory(
      client,
      revisions,
      { ...owner, template: set.spec?.template, collisionCount: set.status?.collisionCount, hashLabel },
      signal,
    );
    const pods = await claim(client, owner, { kind: Kinds.Pod, cache: caches.of(Kinds.Pod) });
    const updateRevision = history.update.metadata?.name ?? '';
    const currentRevision = set.status?.currentRevision || updateRevision;
    const state: StatefulSetState = { set, pods, currentRevision, updateRevision, now: clock.now() };
    const error = await this.apply(set, planPods(state), history, signal);
    const status = planStatus(state);
    if (!sameStatus(set.status, status)) {
      await client.update(Kinds.StatefulSet, { ...set, status }, { subresource: 'status', signal });
    }
    const inUse = new Set([currentRevision, updateRevision, ...pods.map((pod) => revisionOf(pod) ?? '')]);
    await truncateHistory(client, history, inUse, set.spec?.revisionHistoryLimit, signal);
    if (error !== undefined) throw error;
    return lookAgain(untilAvailable(pods, set.spec?.minReadySeconds, clock.now()));
  }

  /** Resolves to the first thing that failed, after everything was tried. */
  private async apply(
    set: appsv1.StatefulSet,
    plan: StatefulSetPlan,
    history: History,
    signal: AbortSignal,
  ): Promise<unknown> {
    for (const pod of plan.failed) {
      this.base.recorder.event(
        set,
        'Warning',
        'RecreatingFailedPod',
        `StatefulSet ${keyOf(set)} is recreating failed Pod ${pod.metadata?.name}`,
      );
    }
    const steps = [
      ...plan.create.map(({ ordinal, revision }) => {
        const template = templateOf(history.revisions.find(({ metadata }) => metadata?.name === revision));
        return this.create(set, buildPod(set, ordinal, template ?? set.spec?.template, revision), signal);
      }),
      ...plan.remove.map((pod) => this.remove(set, pod, signal)),
    ];
    const failure = (await Promise.allSettled(steps)).find((result) => result.status === 'rejected');
    return failure?.reason as unknown;
  }

  private async create(set: appsv1.StatefulSet, pod: corev1.Pod, signal: AbortSignal): Promise<void> {
    const { client, caches } = this.base;
    const name = pod.metadata?.name ?? '';
    const about = `Pod ${name} in StatefulSet ${set.metadata?.name}`;
    try {
      for (const volumeClaim of claimsOf(set, name)) {
        if (caches.of(Kinds.PersistentVolumeClaim).get(keyOf(volumeClaim))) continue;
        await this.createClaim(set, name, volumeClaim, signal);
      }
      await client.create(Kinds.Pod, pod, { signal });
      this.base.recorder.event(set, 'Normal', 'SuccessfulCreate', `create ${about} successful`);
    } catch (error) {
      // The cache was late, or all goes.
      if (hasReason(error, 'AlreadyExists') || isNamespaceTerminating(error)) return;
      this.base.recorder.event(
        set,
        'Warning',
        'FailedCreate',
        `create ${about} failed error: ${(error as Error).message}`,
      );
      throw error;
    }
  }

  private async createClaim(
    set: appsv1.StatefulSet,
    pod: string,
    volumeClaim: corev1.PersistentVolumeClaim,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.base.client.create(Kinds.PersistentVolumeClaim, volumeClaim, { signal });
    } catch (error) {
      if (hasReason(error, 'AlreadyExists')) return;
      throw error;
    }
    const message = `create Claim ${volumeClaim.metadata?.name} Pod ${pod} in StatefulSet ${set.metadata?.name} success`;
    this.base.recorder.event(set, 'Normal', 'SuccessfulCreate', message);
  }

  private async remove(set: appsv1.StatefulSet, pod: corev1.Pod, signal: AbortSignal): Promise<void> {
    const about = `Pod ${pod.metadata?.name} in StatefulSet ${set.metadata?.name}`;
    try {
      await this.base.client.delete(
        Kinds.Pod,
        objectKey(pod),
        { preconditions: { uid: pod.metadata?.uid } },
        { signal },
      );
      this.base.recorder.event(set, 'Normal', 'SuccessfulDelete', `delete ${about} successful`);
    } catch (error) {
      if (hasReason(error, 'NotFound')) return;
      this.base.recorder.event(
        set,
        'Warning',
        'FailedDelete',
        `delete ${about} failed error: ${(error as Error).message}`,
      );
      throw error;
    }
  }
}
