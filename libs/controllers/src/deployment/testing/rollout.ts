import type { appsv1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { revisionAnnotation } from '../annotations';
import { maxSurge, maxUnavailable, totalAvailable, totalReplicas, wantedReplicas } from '../arithmetic';
import { planDeployment, type DeploymentPlan } from '../plan';
import { conditionOf } from '../status';

const start = Date.parse('2026-01-01T00:00:00Z');

/** A Deployment whose plans are applied and whose pods become ready one by one. */
export class Rollout {
  now = start;
  deployment: appsv1.Deployment;
  replicaSets: appsv1.ReplicaSet[] = [];
  messages: string[] = [];
  private created = 0;

  constructor(spec: appsv1.DeploymentSpec = {}) {
    this.deployment = {
      metadata: { name: 'web', namespace: 'shop', uid: 'd', generation: 1 },
      spec: {
        replicas: 10,
        selector: { matchLabels: { app: 'web' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 10,
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'v1' }] } },
        ...spec,
      },
    };
  }

  change(spec: appsv1.DeploymentSpec): void {
    const { metadata } = this.deployment;
    this.deployment = {
      ...this.deployment,
      metadata: { ...metadata, generation: (metadata?.generation ?? 0) + 1 },
      spec: { ...this.deployment.spec, ...spec },
    };
  }

  setImage(image: string): void {
    const template = this.deployment.spec?.template;
    this.change({ template: { ...template, spec: { containers: [{ name: 'c', image }] } } });
  }

  plan(): DeploymentPlan {
    return planDeployment({
      deployment: this.deployment,
      replicaSets: this.replicaSets,
      podsOf: () => [],
      now: this.now,
    });
  }

  /** One reconcile; whether it changed anything. */
  reconcile(): boolean {
    const plan = this.plan();
    if (plan.create) {
      this.created++;
      const metadata = {
        ...plan.create.metadata,
        uid: `rs-${this.created}`,
        creationTimestamp: formatTime(this.now + this.created * 1000),
      };
      this.replicaSets = [...this.replicaSets, { ...plan.create, metadata }];
    }
    for (const { replicaSet, from, to } of plan.updates) {
      if (from !== to) this.messages.push(`${replicaSet.spec?.template?.spec?.containers?.[0]?.image} ${from}->${to}`);
      this.replicaSets = this.replicaSets.map((old) =>
        old.metadata?.uid === replicaSet.metadata?.uid ? replicaSet : old,
      );
    }
    this.replicaSets = this.replicaSets.filter((old) => !plan.deletions.includes(old));
    const annotations = plan.revision === undefined ? {} : { [revisionAnnotation]: plan.revision };
    this.deployment = {
      ...this.deployment,
      metadata: {
        ...this.deployment.metadata,
        annotations: { ...this.deployment.metadata?.annotations, ...annotations },
      },
      status: plan.status,
    };
    return plan.create !== undefined || plan.updates.length > 0 || plan.deletions.length > 0;
  }

  /** The ReplicaSet controller and the kubelets: pods come and go, `share` of those not ready become so. */
  runPods(share: () => number): void {
    this.now += 1000;
    this.replicaSets = this.replicaSets.map((replicaSet) => {
      const replicas = wantedReplicas(replicaSet);
      const before = Math.min(replicas, replicaSet.status?.availableReplicas ?? 0);
      const broken = replicaSet.spec?.template?.spec?.containers?.[0]?.image === 'broken';
      const ready = broken ? 0 : Math.min(replicas, before + Math.ceil((replicas - before) * share()));
      const status = {
        replicas,
        readyReplicas: ready,
        availableReplicas: ready,
        observedGeneration: replicaSet.metadata?.generation,
      };
      return { ...replicaSet, status };
    });
  }

  image(image: string): appsv1.ReplicaSet | undefined {
    return this.replicaSets.find((replicaSet) => replicaSet.spec?.template?.spec?.containers?.[0]?.image === image);
  }

  sizes(): Record<string, number> {
    return Object.fromEntries(
      this.replicaSets.map((replicaSet) => [
        replicaSet.spec?.template?.spec?.containers?.[0]?.image,
        wantedReplicas(replicaSet),
      ]),
    );
  }

  progressing(): string | undefined {
    return conditionOf(this.deployment.status?.conditions, 'Progressing')?.reason;
  }

  /** Reconciles and runs pods until nothing changes, holding to what a rolling update promises. */
  settle(share: () => number = () => 1): void {
    let available = totalAvailable(this.replicaSets);
    for (let step = 0; step < 300; step++) {
      const changed = this.reconcile();
      const wanted = wantedReplicas(this.deployment);
      expect(totalReplicas(this.replicaSets)).toBeLessThanOrEqual(wanted + maxSurge(this.deployment));
      const least = Math.min(available, wanted - maxUnavailable(this.deployment));
      const kept = this.replicaSets.reduce(
        (sum, set) => sum + Math.min(wantedReplicas(set), set.status?.availableReplicas ?? 0),
        0,
      );
      expect(kept).toBeGreaterThanOrEqual(least);
      this.runPods(share);
      available = totalAvailable(this.replicaSets);
      if (!changed && this.progressing() === 'NewReplicaSetAvailable') return;
    }
    throw new Error(`did not settle: ${JSON.stringify(this.sizes())} ${JSON.stringify(this.deployment.status)}`);
  }
}
