import { Kinds, type appsv1, type corev1 } from '@skiff/contracts';
import { claim } from '../shared/adoption';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { syncHistory, truncateHistory } from '../shared/history';
import { keyOf } from '../shared/keys';
import { lookAgain } from '../shared/look-again';
import { enqueue, onChange, onWrite } from '../shared/on-change';
import { controllerReference } from '../shared/owner-references';
import { PodControl } from '../shared/pod-control';
import { podFromTemplate } from '../shared/pod-template';
import { isDeleting, untilAvailable } from '../shared/pods';
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
  readonly workers = 2;
  private readonly podControl: PodControl<appsv1.DaemonSet>;

  constructor(private readonly base: ControllerBase) {
    this.podControl = new PodControl(base, Kinds.DaemonSet, ({ spec }) => spec?.selector);
  }

  watch(queue: Queue): void {
    const { caches } = this.base;
    const sets = caches.of(Kinds.DaemonSet);
    sets.subscribe({
      ...onWrite(enqueue(queue)),
      deleted: (set) => this.podControl.forget(keyOf(set)),
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
    this.podControl.observe();
    caches.of(Kinds.Pod).subscribe(onChange((pod, trace) => this.podControl.owners.wake(pod, queue, trace)));
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
    const error = this.podControl.isSettled(key) ? await this.apply(set, planPods(state), hash, signal) : undefined;
    const inUse = new Set(pods.map((pod) => `${set.metadata?.name}-${pod.metadata?.labels?.[revisionLabel]}`));
    await truncateHistory(client, history, inUse, set.spec?.revisionHistoryLimit, signal);
    const status = planStatus(state);
    if (!sameStatus(set.status, status)) {
      await client.update(Kinds.DaemonSet, { ...set, status }, { subresource: 'status', signal });
    }
    if (error !== undefined) throw error;
    return lookAgain(untilAvailable(pods, set.spec?.minReadySeconds, clock.now()));
  }

  private apply(set: appsv1.DaemonSet, plan: DaemonSetPlan, hash: string, signal: AbortSignal): Promise<unknown> {
    for (const pod of plan.ended) {
      const failed = pod.status?.phase === 'Failed';
      const message = `Found ${failed ? 'failed' : 'succeeded'} daemon pod ${keyOf(pod)} on node ${pod.spec?.nodeName}, will try to ${failed ? 'kill' : 'delete'} it`;
      this.base.recorder.event(
        set,
        failed ? 'Warning' : 'Normal',
        failed ? 'FailedDaemonPod' : 'SucceededDaemonPod',
        message,
      );
    }
    const create = plan.create.map((node) => this.podFor(set, node, hash));
    return this.podControl.scale(set, { create, remove: plan.remove }, signal);
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
