import type { ApiObject } from '@skiff/apimachinery';
import type { metav1, ResourceId } from '@skiff/contracts';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { followResources, isCollectable } from '../shared/followed-resources';
import { keyFrom } from '../shared/keys';
import { unlessNotFound } from '../shared/not-found';
import { foregroundFinalizer, orphanFinalizer, OwnershipGraph, type GraphNode } from './graph';
import { foreignOwnerEvent } from './foreign-owner';
import { OwnerLookup } from './owner-lookup';
import { judge, type OwnerState } from './plan';

/** How soon an owner is asked for again that exists although no informer has shown it. */
const unobservedOwnerMilliseconds = 30_000;

/**
 * Deletes objects whose owners are gone, holds back owners that wait for their
 * dependents (foreground), and frees dependents of owners that leave them behind
 * (orphan). Keys are uids. An object is left alone while one of its owners cannot be
 * resolved: a kind that is not served, or one with a namespace for a cluster-scoped object.
 *
 * Retry: an API error, a conflict of uid or resourceVersion included, with
 * back-off. Upstream: pkg/controller/garbagecollector.
 */
export class GarbageCollector implements Controller {
  readonly workers = 20;
  /** What no informer shows is asked for before anything is deleted, so a resource that cannot be listed holds nothing up. */
  readonly startsIncomplete = true;
  private readonly graph: OwnershipGraph;
  private readonly owners: OwnerLookup;

  constructor(private readonly base: ControllerBase) {
    this.graph = new OwnershipGraph((dependent, reference) => this.reportForeignOwner(dependent, reference));
    this.owners = new OwnerLookup(this.graph, base);
  }

  watch(queue: Queue): void {
    const look = (uids: readonly string[], trace?: Trace): void => {
      for (const uid of uids) queue.add(uid, trace);
    };
    followResources(this.base.resources, isCollectable, (resource) => {
      // Until now there was no place to look for owners of this kind.
      look(this.graph.dependentsOn(resource));
      return this.base.caches.of(resource).subscribe({
        added: (object, trace) => look(this.graph.observe(resource, object), trace),
        updated: (old, object, trace) => {
          if (old.metadata?.uid !== object.metadata?.uid) look(this.graph.forget(old.metadata?.uid ?? ''), trace);
          look(this.graph.observe(resource, object), trace);
        },
        deleted: (object, trace) => look(this.graph.forget(object.metadata?.uid ?? ''), trace),
      });
    });
  }

  async reconcile(uid: string, { signal }: ReconcileContext): Promise<Result> {
    const node = this.graph.get(uid);
    if (!node?.kind || node.virtual) return done;
    const states: OwnerState[] = [];
    if (!node.deleting) {
      for (const reference of node.owners) states.push(await this.owners.find(node, reference, signal));
    }
    const verdict = judge(node, states);
    switch (verdict.action) {
      case 'keep':
        return node.owners.some((reference, index) => states[index] === 'solid' && this.owners.isUnobserved(reference))
          ? { requeueAfter: unobservedOwnerMilliseconds }
          : done;
      case 'release':
        await this.release(node.kind, node, (reference) => verdict.references.includes(reference), signal);
        return done;
      case 'delete': {
        const version = verdict.unblockOwners ? await this.unblockOwners(node.kind, node, signal) : undefined;
        await this.remove(node.kind, node, verdict.propagationPolicy, version, signal);
        return done;
      }
      case 'await dependents':
        return this.advanceForeground(node.kind, node, verdict.blocking, signal);
      case 'orphan dependents':
        await Promise.all(
          [...node.dependents].map(
            (dependent) =>
              dependent.kind && this.release(dependent.kind, dependent, (reference) => reference.uid === uid, signal),
          ),
        );
        await this.removeFinalizer(node.kind, node, orphanFinalizer, signal);
        return done;
    }
  }

  private reportForeignOwner(dependent: GraphNode, reference: metav1.OwnerReference): void {
    const event = foreignOwnerEvent(dependent, reference);
    if (event) this.base.recorder.event(event.about, 'Warning', 'OwnerRefInvalidNamespace', event.message);
  }

  private async advanceForeground(
    kind: ResourceId<ApiObject>,
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
    kind: ResourceId<ApiObject>,
    node: GraphNode,
    propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
    version: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const key = { namespace: node.namespace, name: node.name };
    // Its owners may have changed since they were judged; then the version has, too.
    const preconditions = { uid: node.uid, resourceVersion: version ?? this.cachedVersion(kind, node) };
    await unlessNotFound(this.base.client.delete(kind, key, { propagationPolicy, preconditions }, { signal }));
    this.base.logger.debug('deleted a dependent', { kind: kind.kind, ...key, propagationPolicy });
  }

  /** Takes the owner references that are `dropped` away. */
  private async release(
    kind: ResourceId<ApiObject>,
    node: GraphNode,
    dropped: (reference: metav1.OwnerReference) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    await this.patch(kind, node, { ownerReferences: node.owners.filter((reference) => !dropped(reference)) }, signal);
  }

  /** Makes an object block none of its owners any more; returns its version then. */
  private async unblockOwners(
    kind: ResourceId<ApiObject>,
    node: GraphNode,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const ownerReferences = node.owners.map((reference) =>
      reference.blockOwnerDeletion === true ? { ...reference, blockOwnerDeletion: false } : reference,
    );
    const patched = await this.patch(kind, node, { ownerReferences }, signal);
    return patched?.metadata?.resourceVersion;
  }

  private async removeFinalizer(
    kind: ResourceId<ApiObject>,
    node: GraphNode,
    name: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.patch(kind, node, { finalizers: node.finalizers.filter((finalizer) => finalizer !== name) }, signal);
  }

  /** Lists in the metadata are replaced whole, guarded by the version that they were read from. */
  private async patch(
    kind: ResourceId<ApiObject>,
    node: GraphNode,
    metadata: metav1.ObjectMeta,
    signal: AbortSignal,
  ): Promise<ApiObject | undefined> {
    const key = { namespace: node.namespace, name: node.name };
    const body = { metadata: { uid: node.uid, resourceVersion: this.cachedVersion(kind, node), ...metadata } };
    return unlessNotFound(this.base.client.patch(kind, key, 'merge', body, { signal }));
  }

  private cachedVersion(kind: ResourceId<ApiObject>, { namespace, name }: GraphNode): string | undefined {
    return this.base.caches.of(kind).get(keyFrom(namespace, name))?.metadata?.resourceVersion;
  }
}
