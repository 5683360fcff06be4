import { hasReason } from '@skiff/apimachinery';
import { Kinds, type appsv1, type corev1 } from '@skiff/contracts';
import { claim } from '../shared/adoption';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { byController, controllerValue } from '../shared/indexers';
import { keyFrom, keyOf, objectKey } from '../shared/keys';
import { selectsEverything } from '../shared/labels';
import { lookAgain } from '../shared/look-again';
import { enqueue, onChange } from '../shared/on-change';
import { controllerOf } from '../shared/owner-references';
import { Owners } from '../shared/owners';
import { isNamespaceTerminating } from '../shared/namespaces';
import { unlessNotFound } from '../shared/not-found';
import { wantedReplicas } from './arithmetic';
import { planDeployment, type DeploymentPlan } from './plan';
import { sameTemplate } from './replica-set';
import { hasProgressDeadline, newCondition, setCondition } from './status';
import { writeStatus } from './write-status';

/**
 * Rolls a Deployment's template out through ReplicaSets: one for each template, sized
 * step by step as its strategy allows, with progress and availability in its status.
 *
 * Retry: an API error, a conflict included, is retried with back-off against a
 * newer cache; what a step depends on wakes it again by itself. Upstream:
 * pkg/controller/deployment.
 */
export class DeploymentController implements Controller {
  readonly workers = 8;
  private readonly owners: Owners<appsv1.Deployment>;

  constructor(private readonly base: ControllerBase) {
    this.owners = new Owners(base.caches, Kinds.Deployment, ({ spec }) => spec?.selector);
  }

  watch(queue: Queue): void {
    const { caches } = this.base;
    caches.of(Kinds.Deployment).subscribe(onChange(enqueue(queue)));
    caches.of(Kinds.ReplicaSet).subscribe({
      added: (replicaSet, trace) => this.owners.wake(replicaSet, queue, trace),
      updated: (old, replicaSet, trace) => {
        if (controllerOf(old)?.uid !== controllerOf(replicaSet)?.uid) this.owners.wake(old, queue, trace);
        this.owners.wake(replicaSet, queue, trace);
      },
      deleted: (replicaSet, trace) => this.owners.wake(replicaSet, queue, trace),
    });
    caches.of(Kinds.Pod).subscribe({
      // Recreate waits until the last old pod is gone.
      deleted: (pod, trace) => {
        const replicaSet = controllerOf(pod);
        if (replicaSet?.kind !== 'ReplicaSet') return;
        const owner = caches.of(Kinds.ReplicaSet).get(keyFrom(pod.metadata?.namespace, replicaSet.name ?? ''));
        const deployment = owner && this.owners.of(owner);
        if (deployment?.spec?.strategy?.type === 'Recreate') queue.add(keyOf(deployment), trace);
      },
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client, clock } = this.base;
    const deployment = caches.of(Kinds.Deployment).get(key);
    if (!deployment) return done;
    if (selectsEverything(deployment.spec?.selector)) return this.refuseToSelectAll(deployment, signal);
    const replicaSets = await claim(
      client,
      { kind: Kinds.Deployment, object: deployment, selector: deployment.spec?.selector },
      { kind: Kinds.ReplicaSet, cache: caches.of(Kinds.ReplicaSet) },
    );
    const podsOf = (uid: string): readonly corev1.Pod[] =>
      caches.of(Kinds.Pod).byIndex(byController, controllerValue(deployment.metadata?.namespace, uid));
    const plan = planDeployment({ deployment, replicaSets, podsOf, now: clock.now() });
    try {
      await this.apply(deployment, plan, signal);
    } catch (error) {
      // It has been deleted meanwhile, which the cache will show.
      if (hasReason(error, 'NotFound')) return { requeueAfter: 1_000 };
      throw error;
    }
    return lookAgain(plan.requeueAfter);
  }

  private async apply(deployment: appsv1.Deployment, plan: DeploymentPlan, signal: AbortSignal): Promise<void> {
    if (plan.create && !(await this.create(deployment, plan.create, signal))) return;
    await Promise.all(plan.updates.map((update) => this.resize(deployment, update, signal)));
    await Promise.all(plan.deletions.map((replicaSet) => this.deleteReplicaSet(replicaSet, signal)));
    await writeStatus(this.base.client, deployment, plan.status, { signal, revision: plan.revision });
  }

  /** False when the name is taken or the namespace terminates, and nothing more is to be done now. */
  private async create(
    deployment: appsv1.Deployment,
    replicaSet: appsv1.ReplicaSet,
    signal: AbortSignal,
  ): Promise<boolean> {
    const name = replicaSet.metadata?.name;
    try {
      await this.base.client.create(Kinds.ReplicaSet, replicaSet, { signal });
    } catch (error) {
      if (hasReason(error, 'AlreadyExists')) return this.resolveCollision(deployment, replicaSet, signal);
      if (isNamespaceTerminating(error)) return false;
      await this.reportCreateFailure(
        deployment,
        `Failed to create new replica set "${name}": ${(error as Error).message}`,
        signal,
      );
      throw error;
    }
    if (wantedReplicas(replicaSet) > 0) {
      this.scaled(deployment, `Scaled up replica set ${name} from 0 to ${wantedReplicas(replicaSet)}`);
    }
    return true;
  }

  /** The name is ours already when only the cache was late; else the next hash will differ. */
  private async resolveCollision(
    deployment: appsv1.Deployment,
    wanted: appsv1.ReplicaSet,
    signal: AbortSignal,
  ): Promise<boolean> {
    const existing = await this.base.client.get(Kinds.ReplicaSet, objectKey(wanted), { signal });
    if (
      controllerOf(existing)?.uid === deployment.metadata?.uid &&
      sameTemplate(existing.spec?.template, deployment.spec?.template)
    ) {
      return false;
    }
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    await writeStatus(this.base.client, deployment, { ...deployment.status, collisionCount }, { signal });
    return false;
  }

  private async reportCreateFailure(
    deployment: appsv1.Deployment,
    message: string,
    signal: AbortSignal,
  ): Promise<void> {
    if (!hasProgressDeadline(deployment)) return;
    const condition = newCondition('Progressing', 'False', 'ReplicaSetCreateError', message, this.base.clock.now());
    const conditions = setCondition(deployment.status?.conditions ?? [], condition);
    await writeStatus(this.base.client, deployment, { ...deployment.status, conditions }, { signal });
  }

  private async resize(
    deployment: appsv1.Deployment,
    { replicaSet, from, to }: DeploymentPlan['updates'][number],
    signal: AbortSignal,
  ): Promise<void> {
    await this.base.client.update(Kinds.ReplicaSet, replicaSet, { signal });
    if (from === to) return;
    this.scaled(
      deployment,
      `Scaled ${to > from ? 'up' : 'down'} replica set ${replicaSet.metadata?.name} from ${from} to ${to}`,
    );
  }

  private async deleteReplicaSet(replicaSet: appsv1.ReplicaSet, signal: AbortSignal): Promise<void> {
    await unlessNotFound(this.base.client.delete(Kinds.ReplicaSet, objectKey(replicaSet), {}, { signal }));
  }

  private async refuseToSelectAll(deployment: appsv1.Deployment, signal: AbortSignal): Promise<Result> {
    this.base.recorder.event(
      deployment,
      'Warning',
      'SelectingAll',
      'This deployment is selecting all pods. A non-empty selector is required.',
    );
    if ((deployment.status?.observedGeneration ?? 0) < (deployment.metadata?.generation ?? 0)) {
      const status = { ...deployment.status, observedGeneration: deployment.metadata?.generation };
      await writeStatus(this.base.client, deployment, status, { signal });
    }
    return done;
  }

  private scaled(deployment: appsv1.Deployment, message: string): void {
    this.base.recorder.event(deployment, 'Normal', 'ScalingReplicaSet', message);
  }
}
