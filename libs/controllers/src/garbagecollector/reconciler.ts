import type { ApiObject } from '@skiff/client';
import { Kinds, type Kind, type metav1 } from '@skiff/contracts';
import { hasReason } from '@skiff/platform';
import {
  done,
  type Controller,
  type ControllerBase,
  type Queue,
  type ReconcileContext,
  type Result,
} from '../shared/context';
import { keyFrom } from '../shared/keys';
import { storedKinds } from '../shared/kinds';
import { foregroundFinalizer, orphanFinalizer, OwnershipGraph, type GraphNode } from './graph';
import { judge, type OwnerState } from './plan';

/** Events own nothing and are owned by nobody, and there are many of them. */
const collectedKinds = storedKinds.filter((kind) => kind !== Kinds.Event);

/**
 * Deletes objects whose owners are gone, holds back owners that wait for their
 * dependents (foreground), and frees dependents of owners that leave them behind
 * (orphan). Keys are uids. Owners of kinds that it does not know are taken to exist.
 *
 * Retry: an API error, a conflict of uid or resourceVersion included, with
 * back-off. Upstream: pkg/controller/garbagecollector.
 */
export class GarbageCollector implements Controller {
  readonly name = 'garbage-collector-controller';
  readonly workers = 20;
  /** What no informer shows is asked for before anything is deleted, so a kind that is not served holds nothing up. */
  readonly startsIncomplete = true;
  private readonly graph = new OwnershipGraph();

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    for (const kind of collectedKinds) {
      const look = (uids: readonly string[], trace: Parameters<Queue['add']>[1]): void => {
        for (const uid of uids) queue.add(uid, trace);
      };
      this.base.caches.of(kind).subscribe({
        added: (object, trace) => look(this.graph.observe(kind, object), trace),
        updated: (old, object, trace) => {
          if (old.metadata?.uid !== object.metadata?.uid) look(this.graph.forget(old.metadata?.uid ?? ''), trace);
          look(this.graph.observe(kind, object), trace);
        },
        deleted: (object, trace) => look(this.graph.forget(object.metadata?.uid ?? ''), trace),
      });
    }
  }

  async reconcile(uid: string, { signal }: ReconcileContext): Promise<Result> {
    const node = this.graph.get(uid);
    if (!node?.kind || node.virtual) return done;
    const states = new Map<string, OwnerState>();
    if (!node.deleting) {
      for (const reference of node.owners)
        states.set(reference.uid ?? '', await this.ownerState(node, reference, signal));
    }
    const verdict = judge(node, (reference) => states.get(reference.uid ?? '') ?? 'solid');
    switch (verdict.action) {
      case 'keep':
        return done;
      case 'release':
        await this.release(node.kind, node, verdict.uids, signal);
        return done;
      case 'delete':
        await Promise.all(verdict.unblock.map((dependent) => this.unblock(dependent, node, signal)));
        await this.remove(node.kind, node, verdict.propagationPolicy, signal);
        return done;
      case 'await dependents':
        return this.advanceForeground(node.kind, node, verdict.blocking, signal);
      case 'orphan dependents':
        await Promise.all(
          [...node.dependents].map(
            (dependent) => dependent.kind && this.release(dependent.kind, dependent, [uid], signal),
          ),
        );
        await this.removeFinalizer(node.kind, node, orphanFinalizer, signal);
        return done;
    }
  }

  /** What an informer shows is believed; what none shows is asked for past the cache before anything is deleted. */
  private async ownerState(
    node: GraphNode,
    reference: metav1.OwnerReference,
    signal: AbortSignal,
  ): Promise<OwnerState> {
    const uid = reference.uid ?? '';
    if (this.graph.isAbsent(uid)) return 'dangling';
    const owner = this.graph.get(uid);
    if (owner && !owner.virtual) {
      return owner.deleting && owner.finalizers.includes(foregroundFinalizer) ? 'waiting' : 'solid';
    }
    const kind = owner?.kind;
    if (!kind) return 'solid';
    try {
      const namespace = kind.namespaced ? node.namespace : undefined;
      const found = await this.base.client.get(kind, { namespace, name: reference.name ?? '' }, { signal });
      return found.metadata?.uid === uid ? 'solid' : 'dangling';
    } catch (error) {
      if (hasReason(error, 'NotFound')) return 'dangling';
      throw error;
    }
  }

  private async advanceForeground(
    kind: Kind<ApiObject>,
    node: GraphNode,
    blocking: readonly GraphNode[],
    signal: AbortSignal,
  ): Promise<Result> {
    if (blocking.length === 0) {
      await this.removeFinalizer(kind, node, foregroundFinalizer, signal);
      return done;
    }
    await Promise.all(
      [...node.dependents]
        .filter((dependent) => !dependent.deleting)
        .map((dependent) => this.reconcile(dependent.uid, { signal })),
    );
    return done;
  }

  private async remove(
    kind: Kind<ApiObject>,
    node: GraphNode,
    propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
    signal: AbortSignal,
  ): Promise<void> {
    const key = { namespace: node.namespace, name: node.name };
    const cached = this.base.caches.of(kind).get(keyFrom(node.namespace, node.name));
    // Its owners may have changed since they were judged; then the version has, too.
    const preconditions = { uid: node.uid, resourceVersion: cached?.metadata?.resourceVersion };
    await this.ignoreGone(this.base.client.delete(kind, key, { propagationPolicy, preconditions }, { signal }));
    this.base.logger.debug('deleted a dependent', { kind: kind.kind, ...key, propagationPolicy });
  }

  private async release(
    kind: Kind<ApiObject>,
    node: GraphNode,
    uids: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const ownerReferences = node.owners.filter(({ uid }) => !uids.includes(uid ?? ''));
    await this.patch(kind, node, { ownerReferences }, signal);
  }

  private async unblock(dependent: GraphNode, owner: GraphNode, signal: AbortSignal): Promise<void> {
    if (!dependent.kind) return;
    const ownerReferences = dependent.owners.map((reference) =>
      reference.uid === owner.uid ? { ...reference, blockOwnerDeletion: false } : reference,
    );
    await this.patch(dependent.kind, dependent, { ownerReferences }, signal);
  }

  private async removeFinalizer(
    kind: Kind<ApiObject>,
    node: GraphNode,
    name: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.patch(kind, node, { finalizers: node.finalizers.filter((finalizer) => finalizer !== name) }, signal);
  }

  /** Lists in the metadata are replaced whole, guarded by the version that they were read from. */
  private async patch(
    kind: Kind<ApiObject>,
    node: GraphNode,
    metadata: metav1.ObjectMeta,
    signal: AbortSignal,
  ): Promise<void> {
    const cached = this.base.caches.of(kind).get(keyFrom(node.namespace, node.name));
    const { resourceVersion } = cached?.metadata ?? {};
    const key = { namespace: node.namespace, name: node.name };
    const body = { metadata: { uid: node.uid, resourceVersion, ...metadata } };
    await this.ignoreGone(this.base.client.patch(kind, key, 'merge', body, { signal }));
  }

  private async ignoreGone(call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }
}
