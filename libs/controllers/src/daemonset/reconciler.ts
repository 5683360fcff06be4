import { Kinds, type appsv1, type corev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { claim } from '../shared/adoption';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import type { Recorder } from '../shared/recorder';
import { Expectations } from '../shared/expectations';
import { syncHistory, truncateHistory } from '../shared/history';
import { keyOf } from '../shared/keys';
import { enqueue, onWrite } from '../shared/on-change';
import { controllerReference } from '../shared/owner-references';
import { Owners } from '../shared/owners';
import { PodControl } from '../shared/pod-control';
import { podFromTemplate } from '../shared/pod-template';
import { isDeleting, podCondition } from '../shared/pods';
import { sameStatus } from '../shared/same-status';
import { semanticEqual } from '../shared/semantic-equal';
import { fitOn, pinnedTo } from './node-fit';
import { planPods, planStatus, revisionLabel, type DaemonSetPlan } from './plan';

const templateGeneration = 'deprecated.daemonset.template.generation';

/**
 * Runs one pod on every node that a DaemonSet belongs on, and replaces old ones a few at
 * a time when its template changes. Surge (maxSurge) is not used: nodes are updated in
 * place.
 *
 * Retry: an API error with back-off; its own writes have to show in the cache before
 * it acts again. Upstream: pkg/controller/daemon.
 */
export class DaemonSetController implements Controller {
  readonly name = 'daemonset-controller';
  readonly workers = 2;
  private readonly recorder: Recorder;
  private readonly podControl: PodControl;
  private readonly expectations: Expectations;
  private readonly owners: Owners<appsv1.DaemonSet>;

  constructor(private readonly base: ControllerBase) {
    this.recorder = base.recorder('daemonset-controller');
    this.podControl = new PodControl(base.client, this.recorder);
    this.expectations = new Expectations(base.clock);
    this.owners = new Owners(base.caches, Kinds.DaemonSet, ({ spec }) => spec?.selector);
  }

  watch(queue: Queue): void {
    const { caches } = this.base;
    const sets = caches.of(Kinds.DaemonSet);
    sets.subscribe({
      ...onWrite(enqueue(queue)),
      deleted: (set) => this.expectations.forget(keyOf(set)),
    });
    caches.of(Kinds.ControllerRevision);
    caches.of(Kinds.Node).subscribe({
      added: (node, trace) => {
        for (const set of sets.list()) if (fitOn(set.spec?.template, node).shouldRun) queue.add(keyOf(set), trace);
      },
      updated: (old, node, trace) => {
        for (const set of sets.list()) {
          if (!semanticEqual(fitOn(set.spec?.template, old), fitOn(set.spec?.template, node)))
            queue.add(keyOf(set), trace);
        }
      },
      deleted: (_node, trace) => {
        for (const set of sets.list()) queue.add(keyOf(set), trace);
      },
    });
    caches.of(Kinds.Pod).subscribe({
      added: (pod, trace) => {
        const set = this.owners.of(pod);
        if (set && !isDeleting(pod)) this.expectations.creationObserved(keyOf(set));
        this.owners.wake(pod, queue, trace);
      },
      updated: (_old, pod, trace) => {
        const set = this.owners.of(pod);
        if (set && isDeleting(pod)) this.expectations.deletionObserved(keyOf(set), pod.metadata?.uid ?? '');
        this.owners.wake(pod, queue, trace);
      },
      deleted: (pod, trace) => {
        const set = this.owners.of(pod);
        if (set) this.expectations.deletionObserved(keyOf(set), pod.metadata?.uid ?? '');
        this.owners.wake(pod, queue, trace);
      },
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client, clock } = this.base;
    const set = caches.of(Kinds.DaemonSet).get(key);
    if (!set || isDeleting(set)) return done;
    const owner = { kind: Kinds.DaemonSet, object: set, selector: set.spec?.selector };
    const history = await syncHistory(
      client,
      caches.of(Kinds.ControllerRevision),
      { ...owner, template: set.spec?.template, collisionCount: set.status?.collisionCount, hashLabel: revisionLabel },
      signal,
    );
    const hash = history.update.metadata?.labels?.[revisionLabel] ?? '';
    const pods = await claim(client, owner, { kind: Kinds.Pod, cache: caches.of(Kinds.Pod) });
    const state = { set, nodes: caches.of(Kinds.Node).list(), pods, hash, now: clock.now() };
    const error = this.expectations.satisfied(key)
      ? await this.apply(key, set, planPods(state), hash, signal)
      : undefined;
    const inUse = new Set(pods.map((pod) => `${set.metadata?.name}-${pod.metadata?.labels?.[revisionLabel]}`));
    await truncateHistory(client, history, inUse, set.spec?.revisionHistoryLimit, signal);
    const status = planStatus(state);
    if (!sameStatus(set.status, status)) {
      await client.update(Kinds.DaemonSet, { ...set, status }, { subresource: 'status', signal });
    }
    if (error !== undefined) throw error;
    return this.nextCheck(set, pods);
  }

  /** Pods that are ready and wait for minReadySeconds want another look. */
  private nextCheck(set: appsv1.DaemonSet, pods: readonly corev1.Pod[]): Result {
    const seconds = set.spec?.minReadySeconds ?? 0;
    const waits = pods.flatMap((pod) => {
      const ready = podCondition(pod, 'Ready');
      if (seconds === 0 || ready?.status !== 'True' || !ready.lastTransitionTime) return [];
      const wait = Date.parse(ready.lastTransitionTime) + seconds * 1000 - this.base.clock.now();
      return wait > 0 ? [wait] : [];
    });
    return waits.length === 0 ? done : { requeueAfter: Math.min(...waits) };
  }

  private async apply(
    key: string,
    set: appsv1.DaemonSet,
    plan: DaemonSetPlan,
    hash: string,
    signal: AbortSignal,
  ): Promise<unknown> {
    if (plan.create.length === 0 && plan.remove.length === 0) return undefined;
    for (const pod of plan.ended) {
      const failed = pod.status?.phase === 'Failed';
      const message = `Found ${failed ? 'failed' : 'succeeded'} daemon pod ${keyOf(pod)} on node ${pod.spec?.nodeName}, will try to ${failed ? 'kill' : 'delete'} it`;
      this.recorder.event(
        set,
        failed ? 'Warning' : 'Normal',
        failed ? 'FailedDaemonPod' : 'SucceededDaemonPod',
        message,
      );
    }
    this.expectations.expect(
      key,
      plan.create.length,
      plan.remove.map((pod) => pod.metadata?.uid ?? ''),
    );
    const pods = plan.create.map((node) => this.podFor(set, node, hash));
    const creating = this.podControl.createMany(
      set,
      pods,
      (skipped) => this.expectations.creationObserved(key, skipped),
      signal,
    );
    const deleting = plan.remove.map(async (pod) => {
      try {
        await this.podControl.delete(set, pod, signal);
        return undefined;
      } catch (error) {
        this.expectations.deletionObserved(key, pod.metadata?.uid ?? '');
        return hasReason(error, 'NotFound') ? undefined : error;
      }
    });
    const errors = await Promise.all([creating, ...deleting]);
    return errors.find((error) => error !== undefined);
  }

  private podFor(set: appsv1.DaemonSet, node: string, hash: string): corev1.Pod {
    const pod = podFromTemplate(set.spec?.template, {
      name: set.metadata?.name ?? '',
      namespace: set.metadata?.namespace,
      reference: controllerReference(Kinds.DaemonSet, set),
    });
    const generation = set.metadata?.annotations?.[templateGeneration];
    const labels = {
      ...pod.metadata?.labels,
      [revisionLabel]: hash,
      ...(generation !== undefined && { 'pod-template-generation': generation }),
    };
    return { ...pod, metadata: { ...pod.metadata, labels }, spec: pinnedTo(pod.spec, node) };
  }
}
