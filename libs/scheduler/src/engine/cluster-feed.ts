import type { Client } from '@skiff/client';
import { Informer } from '@skiff/client-runtime';
import { labelSelectorPredicate } from '@skiff/apimachinery';
import { Kinds, type appsv1, type corev1, type policyv1, type skiffapiv1, type storagev1 } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { ClusterEvent } from '../framework/cluster-event';
import type { DisruptionBudget, ObjectReader } from '../framework/plugin';
import { isTerminal, toPodInfo, type PodInfo } from '../snapshot/pod-info';

/** What the scheduler does about changes. */
export interface FeedHandler {
  podPending(pod: PodInfo, old: PodInfo | undefined, trace: skiffapiv1.TraceContext | undefined): void;
  podPlaced(pod: PodInfo, node: string, old: PodInfo | undefined): void;
  podGone(pod: PodInfo): void;
  nodeChanged(node: corev1.Node, old: corev1.Node | undefined): void;
  nodeGone(node: corev1.Node): void;
  namespaceChanged(name: string, labels: Readonly<Record<string, string>> | undefined): void;
  otherChanged(event: ClusterEvent): void;
}

export interface FeedOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Follows everything that scheduling depends on. */
export class ClusterFeed implements ObjectReader {
  private readonly pods: Informer<corev1.Pod>;
  private readonly nodes: Informer<corev1.Node>;
  private readonly namespaces: Informer<corev1.Namespace>;
  private readonly serviceInformer: Informer<corev1.Service>;
  private readonly replicaSets: Informer<appsv1.ReplicaSet>;
  private readonly statefulSets: Informer<appsv1.StatefulSet>;
  private readonly claims: Informer<corev1.PersistentVolumeClaim>;
  private readonly volumes: Informer<corev1.PersistentVolume>;
  private readonly classes: Informer<storagev1.StorageClass>;
  private readonly budgets: Informer<policyv1.PodDisruptionBudget>;
  private readonly compiledBudgets = new WeakMap<policyv1.PodDisruptionBudget, DisruptionBudget>();

  constructor({ client, clock, logger }: FeedOptions) {
    const byNamespace = {
      namespace: (object: { metadata?: { namespace?: string | undefined } | undefined }) => [
        object.metadata?.namespace ?? '',
      ],
    };
    const common = { clock, logger };
    this.pods = new Informer(client, Kinds.Pod, common);
    this.nodes = new Informer(client, Kinds.Node, common);
    this.namespaces = new Informer(client, Kinds.Namespace, common);
    this.serviceInformer = new Informer(client, Kinds.Service, { ...common, indexers: byNamespace });
    this.replicaSets = new Informer(client, Kinds.ReplicaSet, common);
    this.statefulSets = new Informer(client, Kinds.StatefulSet, common);
    this.claims = new Informer(client, Kinds.PersistentVolumeClaim, common);
    this.volumes = new Informer(client, Kinds.PersistentVolume, common);
    this.classes = new Informer(client, Kinds.StorageClass, common);
    this.budgets = new Informer(client, Kinds.PodDisruptionBudget, { ...common, indexers: byNamespace });
  }

  /** Tells the handler what is there, then what changes. Resolves when all has been told once. */
  async start(handler: FeedHandler, signal: AbortSignal): Promise<void> {
    const others = [this.serviceInformer, this.replicaSets, this.statefulSets, this.budgets] as const;
    await Promise.all([
      ...others.map((informer) => informer.start(signal)),
      this.claims.start(signal),
      this.volumes.start(signal),
      this.classes.start(signal),
    ]);
    this.namespaces.subscribe({
      added: ({ metadata }) => handler.namespaceChanged(metadata?.name ?? '', metadata?.labels ?? {}),
      updated: (old, { metadata }) => {
        if (JSON.stringify(old.metadata?.labels) !== JSON.stringify(metadata?.labels))
          handler.namespaceChanged(metadata?.name ?? '', metadata?.labels ?? {});
      },
      deleted: ({ metadata }) => handler.namespaceChanged(metadata?.name ?? '', undefined),
    });
    this.nodes.subscribe({
      added: (node) => handler.nodeChanged(node, undefined),
      updated: (old, node) => handler.nodeChanged(node, old),
      deleted: (node) => handler.nodeGone(node),
    });
    await Promise.all([this.namespaces.start(signal), this.nodes.start(signal)]);
    this.pods.subscribe({
      added: (pod, trace) => tell(handler, undefined, pod, trace),
      updated: (old, pod, trace) => tell(handler, old, pod, trace),
      deleted: (pod) => handler.podGone(toPodInfo(pod)),
    });
    await this.pods.start(signal);
    this.watchOther(this.serviceInformer, 'Service', handler);
    this.watchOther(this.claims, 'PersistentVolumeClaim', handler);
    this.watchOther(this.volumes, 'PersistentVolume', handler);
    this.watchOther(this.classes, 'StorageClass', handler);
  }

  pod(key: string): corev1.Pod | undefined {
    return this.pods.get(key);
  }

  services(namespace: string): readonly corev1.Service[] {
    return this.serviceInformer.byIndex('namespace', namespace);
  }

  controllerSelector(pod: corev1.Pod): { readonly matchLabels?: Record<string, string> | undefined } | undefined {
    const owner = pod.metadata?.ownerReferences?.find(({ controller }) => controller);
    const key = `${pod.metadata?.namespace}/${owner?.name}`;
    if (owner?.kind === 'ReplicaSet') return this.replicaSets.get(key)?.spec?.selector;
    if (owner?.kind === 'StatefulSet') return this.statefulSets.get(key)?.spec?.selector;
    return undefined;
  }

  persistentVolumeClaim(namespace: string, name: string): corev1.PersistentVolumeClaim | undefined {
    return this.claims.get(`${namespace}/${name}`);
  }

  persistentVolume(name: string): corev1.PersistentVolume | undefined {
    return this.volumes.get(name);
  }

  storageClassBindingMode(name: string): string | undefined {
    return this.classes.get(name)?.volumeBindingMode;
  }

  disruptionBudgets(namespace: string): readonly DisruptionBudget[] {
    return this.budgets.byIndex('namespace', namespace).map((budget) => {
      let compiled = this.compiledBudgets.get(budget);
      if (!compiled) {
        compiled = {
          matches: labelSelectorPredicate(budget.spec?.selector),
          disruptionsAllowed: budget.status?.disruptionsAllowed ?? 0,
          disruptedPods: new Set(Object.keys(budget.status?.disruptedPods ?? {})),
        };
        this.compiledBudgets.set(budget, compiled);
      }
      return compiled;
    });
  }

  private watchOther<T extends object>(
    informer: Informer<T>,
    resource: 'Service' | 'PersistentVolumeClaim' | 'PersistentVolume' | 'StorageClass',
    handler: FeedHandler,
  ): void {
    informer.subscribe({
      added: () => handler.otherChanged({ resource, action: 'add' }),
      updated: () => handler.otherChanged({ resource, action: 'update' }),
      deleted: () => handler.otherChanged({ resource, action: 'delete' }),
    });
  }
}

function tell(
  handler: FeedHandler,
  old: corev1.Pod | undefined,
  pod: corev1.Pod,
  trace: skiffapiv1.TraceContext | undefined,
): void {
  const info = toPodInfo(pod);
  const before = old && toPodInfo(old);
  if (isTerminal(pod)) handler.podGone(info);
  else if (pod.spec?.nodeName) handler.podPlaced(info, pod.spec.nodeName, before);
  else handler.podPending(info, before, trace);
}
