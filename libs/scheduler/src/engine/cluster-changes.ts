import type { Link, Tracer } from '@opentelemetry/api';
import { toLink } from '@skiff/client-runtime';
import type { corev1, skiffapiv1 } from '@skiff/contracts';
import { isTracing } from '@skiff/platform';
import type { ClusterEvent } from '../framework/cluster-event';
import type { ClusterState } from '../snapshot/cluster-state';
import type { PodInfo } from '../snapshot/pod-info';
import type { AssumedPods } from './assumed-pods';
import type { FeedHandler } from './cluster-feed';
import type { Decisions } from './decisions';
import type { SchedulerMetrics } from './metrics';
import { matters } from './node-changes';
import type { Nominations } from './nominations';
import type { SchedulingQueue } from './queue';

export interface ClusterChangesParts {
  readonly state: ClusterState;
  readonly queue: SchedulingQueue;
  readonly assumed: AssumedPods;
  readonly nominations: Nominations;
  readonly decisions: Decisions;
  readonly metrics: SchedulerMetrics;
  /** The writes that made pods pending, by the pods' keys. */
  readonly links: Map<string, Link>;
  readonly tracer: Tracer;
  /** Whether one of the scheduler's profiles places a pod. */
  isMine(pod: PodInfo): boolean;
}

/** Brings what changes in the cluster into the scheduler's state and queue. */
export class ClusterChanges implements FeedHandler {
  constructor(private readonly parts: ClusterChangesParts) {}

  podPending(pod: PodInfo, old: PodInfo | undefined, written: skiffapiv1.TraceContext | undefined): void {
    if (!this.parts.isMine(pod)) return;
    if (this.parts.assumed.has(pod)) return;
    const link = written && isTracing(this.parts.tracer) ? toLink(written) : undefined;
    if (link && !this.parts.links.has(pod.key)) this.parts.links.set(pod.key, link);
    if (pod.terminating) return this.leaveQueue(pod.key);
    const nominated = pod.pod.status?.nominatedNodeName;
    if (nominated) this.parts.nominations.set(pod, nominated);
    if (old) this.parts.queue.update(pod, old);
    else this.parts.queue.add(pod);
  }

  podPlaced(pod: PodInfo, node: string, old: PodInfo | undefined): void {
    const wasPlaced = old?.pod.spec?.nodeName !== undefined;
    this.parts.assumed.confirm(pod.key);
    this.parts.state.addPod(pod, node);
    this.leaveQueue(pod.key);
    this.parts.queue.moveOn({ resource: 'Pod', action: wasPlaced ? 'update' : 'add', pod, ...(old ? { old } : {}) });
  }

  podGone(pod: PodInfo): void {
    const placed = this.parts.state.placeOf(pod.key) !== undefined;
    this.parts.assumed.confirm(pod.key);
    this.parts.state.removePod(pod.key);
    this.leaveQueue(pod.key);
    this.parts.decisions.forget(pod.key);
    if (placed) this.parts.queue.moveOn({ resource: 'Pod', action: 'delete', pod });
  }

  nodeChanged(node: corev1.Node, old: corev1.Node | undefined): void {
    this.parts.state.setNode(node);
    this.parts.metrics.cacheSize.set({ type: 'nodes' }, this.parts.state.nodes.length);
    if (!old || matters(old, node))
      this.parts.queue.moveOn({ resource: 'Node', action: old ? 'update' : 'add', node, ...(old ? { old } : {}) });
  }

  nodeGone(node: corev1.Node): void {
    this.parts.state.removeNode(node.metadata?.name ?? '');
    this.parts.queue.moveOn({ resource: 'Node', action: 'delete', node });
  }

  namespaceChanged(name: string, labels: Readonly<Record<string, string>> | undefined): void {
    this.parts.state.setNamespace(name, labels);
    this.parts.queue.moveOn({ resource: 'Namespace', action: labels ? 'update' : 'delete' });
  }

  otherChanged(event: ClusterEvent): void {
    this.parts.queue.moveOn(event);
  }

  private leaveQueue(key: string): void {
    this.parts.queue.remove(key);
    this.parts.nominations.remove(key);
    this.parts.links.delete(key);
  }
}
