import { Kinds, type corev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { formatTime } from '@skiff/platform';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { byNode } from '../shared/indexers';
import { keyFrom, keyOf, objectKey } from '../shared/keys';
import { isPodReady, podCondition } from '../shared/pods';
import { EvictionRate } from './eviction-rate';
import { awaitsEviction, deadlineOf, observe, planTaints, readiness, silentConditions, type Health } from './plan';

export interface NodeLifecycleOptions {
  /** Milliseconds that a node may be silent before it counts as lost. */
  readonly gracePeriod: number;
  /** The same for a node that has not reported yet. */
  readonly startupGracePeriod: number;
  /** Milliseconds between two looks at a node, at least. */
  readonly monitorPeriod: number;
  /** Nodes a second of one zone whose pods may be evicted. */
  readonly evictionRate: number;
}

/** Upstream's values. */
export const defaultNodeLifecycleOptions: NodeLifecycleOptions = {
  gracePeriod: 40_000,
  startupGracePeriod: 60_000,
  monitorPeriod: 5_000,
  evictionRate: 0.1,
};

const leaseNamespace = 'kube-node-lease';

/**
 * Watches over nodes' heartbeats. A silent node gets conditions Unknown, its pods are
 * marked not ready, and taints keep new pods away and evict those that do not
 * tolerate them. While no node at all is ready nothing is evicted: then it is
 * rather this side that is cut off.
 *
 * Retry: an API error with back-off. Each node is looked at again when its grace
 * period would end, at least a monitor period later. Upstream: pkg/controller/nodelifecycle.
 */
export class NodeLifecycleController implements Controller {
  readonly workers = 8;
  private readonly health = new Map<string, Health>();
  private readonly rate: EvictionRate;

  constructor(
    private readonly base: ControllerBase,
    private readonly options: NodeLifecycleOptions = defaultNodeLifecycleOptions,
  ) {
    this.rate = new EvictionRate(options.evictionRate);
  }

  watch(queue: Queue): void {
    this.base.caches.of(Kinds.Lease).subscribe({});
    this.base.caches.of(Kinds.Pod).subscribe({
      // A pod that was bound just when its node was lost.
      updated: (old, pod) => {
        const node = pod.spec?.nodeName;
        if (node && !old.spec?.nodeName) queue.add(node);
      },
    });
    this.base.caches.of(Kinds.Node).subscribe({
      added: (node, trace) => {
        this.base.recorder.event(
          node,
          'Normal',
          'RegisteredNode',
          `Node ${keyOf(node)} event: Registered Node ${keyOf(node)} in Controller`,
        );
        queue.add(keyOf(node), trace);
      },
      updated: (_old, node, trace) => queue.add(keyOf(node), trace),
      deleted: (node) => {
        this.health.delete(keyOf(node));
        this.base.recorder.event(
          node,
          'Normal',
          'RemovingNode',
          `Node ${keyOf(node)} event: Removing Node ${keyOf(node)} from Controller`,
        );
      },
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, clock } = this.base;
    let node = caches.of(Kinds.Node).get(key);
    if (!node) return done;
    const lease = caches.of(Kinds.Lease).get(keyFrom(leaseNamespace, key));
    const health = observe(this.health.get(key), node, lease, clock.now());
    this.health.set(key, health);
    const grace = { monitor: this.options.gracePeriod, startup: this.options.startupGracePeriod };
    const deadline = deadlineOf(node, health, grace);
    if (deadline <= clock.now() && readiness(node) === 'True') this.lost(node);
    if (deadline <= clock.now()) node = await this.declareSilent(node, signal);
    if (readiness(node) === 'Unknown') await this.markPodsNotReady(node, signal);
    const wait = await this.updateTaints(node, signal);
    return { requeueAfter: Math.min(wait, Math.max(this.options.monitorPeriod, deadline - clock.now())) };
  }

  private async declareSilent(node: corev1.Node, signal: AbortSignal): Promise<corev1.Node> {
    const conditions = silentConditions(node, this.base.clock.now());
    const changed = conditions.filter((condition) => !node.status?.conditions?.includes(condition));
    if (changed.length === 0) return node;
    this.base.logger.warn('a node is silent', { node: keyOf(node) });
    return this.base.client.patch(
      Kinds.Node,
      objectKey(node),
      'strategic',
      { metadata: { uid: node.metadata?.uid }, status: { conditions: changed } },
      { subresource: 'status', signal },
    );
  }

  private lost(node: corev1.Node): void {
    this.base.recorder.event(node, 'Normal', 'NodeNotReady', `Node ${keyOf(node)} status is now: NodeNotReady`);
  }

  /** Services must not send traffic to pods of a lost node. */
  private async markPodsNotReady(node: corev1.Node, signal: AbortSignal): Promise<void> {
    const pods = this.base.caches.of(Kinds.Pod).byIndex(byNode, keyOf(node)).filter(isPodReady);
    await Promise.all(pods.map((pod) => this.markPodNotReady(pod, signal)));
  }

  private async markPodNotReady(pod: corev1.Pod, signal: AbortSignal): Promise<void> {
    const { client, clock } = this.base;
    const condition = { ...podCondition(pod, 'Ready'), status: 'False', lastTransitionTime: formatTime(clock.now()) };
    this.base.recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    try {
      const patch = { metadata: { uid: pod.metadata?.uid }, status: { conditions: [condition] } };
      await client.patch(Kinds.Pod, objectKey(pod), 'strategic', patch, { subresource: 'status', signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  }

  /** Milliseconds until the node's turn to be evicted; Infinity when it waits for none. */
  private async updateTaints(node: corev1.Node, signal: AbortSignal): Promise<number> {
    const { clock, client } = this.base;
    const now = clock.now();
    const suspended = readiness(node) !== 'True' && !this.anyNodeReady();
    const wait = awaitsEviction(node) && !suspended ? this.rate.take(zoneOf(node), now) : 0;
    const taints = planTaints(node, suspended ? 'suspended' : wait > 0 ? 'later' : 'now', now);
    if (taints) {
      const patch = { metadata: { resourceVersion: node.metadata?.resourceVersion }, spec: { taints } };
      await client.patch(Kinds.Node, objectKey(node), 'merge', patch, { signal });
    }
    return wait === 0 ? Infinity : wait;
  }

  private anyNodeReady(): boolean {
    return this.base.caches
      .of(Kinds.Node)
      .list()
      .some((node) => readiness(node) === 'True');
  }
}

function zoneOf(node: corev1.Node): string {
  const labels = node.metadata?.labels;
  return `${labels?.['topology.kubernetes.io/region'] ?? ''}:${labels?.['topology.kubernetes.io/zone'] ?? ''}`;
}
