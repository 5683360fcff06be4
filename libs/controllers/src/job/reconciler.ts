import { Kinds, type batchv1, type corev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { claim } from '../shared/adoption';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { byController, controlledBy } from '../shared/indexers';
import { keyOf, objectKey } from '../shared/keys';
import { lookAgain } from '../shared/look-again';
import { enqueue, onWrite } from '../shared/on-change';
import { controllerOf } from '../shared/owner-references';
import { PodControl } from '../shared/pod-control';
import { sameStatus } from '../shared/same-status';
import { isFinished } from './conditions';
import { failureAnnotations, limitsIndexes } from './index-failures';
import { planJob, type JobPlan } from './plan';
import { buildPod, isTracked, trackingFinalizer } from './pods';

/** Keys of pods that nobody counts any more, told from keys of jobs. */
const strayPrefix = 'stray:';

/** What `spec.managedBy` says, if anything, of jobs that are this controller's. */
const manager = 'kubernetes.io/job-controller';

/**
 * Runs pods until as many as a job asks for have succeeded, or it has failed. Every
 * pod that ends is counted exactly once: its uid goes into the status before its
 * finalizer goes away, and becomes a count after.
 *
 * Retry: an API error, a conflict of the status included, with back-off. New pods
 * after failures wait 10 s, doubled up to 10 min. Upstream: pkg/controller/job.
 */
export class JobController implements Controller {
  readonly workers = 5;
  private readonly podControl: PodControl<batchv1.Job>;
  /** Uids of pods whose finalizer was removed and that the cache still shows with it. */
  private readonly released = new Set<string>();

  constructor(private readonly base: ControllerBase) {
    this.podControl = new PodControl(base, Kinds.Job, ({ spec }) => spec?.selector);
  }

  watch(queue: Queue): void {
    const { caches } = this.base;
    caches.of(Kinds.Job).subscribe({
      ...onWrite(enqueue(queue)),
      deleted: (job) => {
        this.podControl.forget(keyOf(job));
        for (const pod of caches.of(Kinds.Pod).byIndex(byController, controlledBy(job))) this.wakeStray(pod, queue);
      },
    });
    this.podControl.observe();
    caches.of(Kinds.Pod).subscribe({
      added: (pod, trace) => this.wake(pod, queue, trace),
      updated: (old, pod, trace) => {
        if (!isTracked(pod)) this.released.delete(pod.metadata?.uid ?? '');
        if (controllerOf(old)?.uid !== controllerOf(pod)?.uid) this.wake(old, queue, trace);
        this.wake(pod, queue, trace);
      },
      deleted: (pod, trace) => {
        this.released.delete(pod.metadata?.uid ?? '');
        this.wake(pod, queue, trace);
      },
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    if (key.startsWith(strayPrefix)) return this.releaseStray(key.slice(strayPrefix.length), signal);
    const { caches, client, clock } = this.base;
    const job = caches.of(Kinds.Job).get(key);
    if (!job || isFinished(job) || (job.spec?.managedBy ?? manager) !== manager) return done;
    const mayScale = this.podControl.isSettled(key);
    const pods = await this.podsOf(job);
    const isHeld = (pod: corev1.Pod): boolean => isTracked(pod) && !this.released.has(pod.metadata?.uid ?? '');
    const plan = planJob({ job, pods, isHeld, mayScale, now: clock.now() });
    const error = await this.scale(job, plan, signal);
    const status = error === undefined ? plan.status : { ...plan.status, active: job.status?.active };
    if (!sameStatus(job.status, status)) {
      await client.update(Kinds.Job, { ...job, status }, { subresource: 'status', signal });
    }
    for (const { type, reason, message } of plan.events) this.base.recorder.event(job, type, reason, message);
    await Promise.all(plan.release.map((pod) => this.release(pod, signal)));
    if (error !== undefined) throw error;
    return lookAgain(plan.requeueAfter);
  }

  /** Without a selector, which the API server gives every job, nothing is adopted or let go. */
  private async podsOf(job: batchv1.Job): Promise<readonly corev1.Pod[]> {
    const cache = this.base.caches.of(Kinds.Pod);
    if (!job.spec?.selector) return cache.byIndex(byController, controlledBy(job));
    const owner = { kind: Kinds.Job, object: job, selector: job.spec.selector };
    return claim(this.base.client, owner, { kind: Kinds.Pod, cache });
  }

  /** Resolves to what failed, after everything was tried. */
  private scale(job: batchv1.Job, plan: JobPlan, signal: AbortSignal): Promise<unknown> {
    const create = plan.create.map(({ index, replaced }) =>
      buildPod(job, index, limitsIndexes(job) ? failureAnnotations(job, replaced) : {}),
    );
    return this.podControl.scale(job, { create, remove: plan.remove }, signal);
  }

  private async release(pod: corev1.Pod, signal: AbortSignal): Promise<void> {
    const uid = pod.metadata?.uid ?? '';
    this.released.add(uid);
    try {
      const patch = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] } };
      await this.base.client.patch(Kinds.Pod, objectKey(pod), 'strategic', patch, { signal });
    } catch (error) {
      if (hasReason(error, 'NotFound')) return;
      this.released.delete(uid);
      throw error;
    }
  }

  private async releaseStray(key: string, signal: AbortSignal): Promise<Result> {
    const pod = this.base.caches.of(Kinds.Pod).get(key);
    if (!pod || !isTracked(pod) || !this.isStray(pod)) return done;
    await this.release(pod, signal);
    return done;
  }

  /** Whether a pod's job is gone, or has ended, so that nobody waits for the pod's end. */
  private isStray(pod: corev1.Pod): boolean {
    const job = this.podControl.owners.of(pod);
    return job === undefined ? controllerOf(pod)?.kind === 'Job' || controllerOf(pod) === undefined : isFinished(job);
  }

  private wake(pod: corev1.Pod, queue: Queue, trace: Trace): void {
    this.podControl.owners.wake(pod, queue, trace);
    this.wakeStray(pod, queue);
  }

  private wakeStray(pod: corev1.Pod, queue: Queue): void {
    if (isTracked(pod) && this.isStray(pod)) queue.add(strayPrefix + keyOf(pod));
  }
}
