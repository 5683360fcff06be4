import { hasReason, StatusError, type ApiObject } from '@skiff/apimachinery';
import { preferredResources, type ServedResource } from '@skiff/client';
import { Kinds, type corev1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { keyOf } from '../shared/keys';
import { unlessNotFound } from '../shared/not-found';
import { onWrite } from '../shared/on-change';
import { isDeleting } from '../shared/pods';
import { semanticEqual } from '../shared/semantic-equal';
import { planConditions, type Contents } from './plan';

/** The finalizer in `spec.finalizers` that this controller removes. */
const finalizer = 'kubernetes';

/** How long to wait for content to go before looking again, unless a pod's end wakes the controller before. */
const retryPeriod = 2_000;

/** Whether a namespace may hold objects of a resource, which can be deleted. */
const isContent = ({ resource, verbs }: ServedResource): boolean =>
  resource.namespaced && verbs.includes('list') && verbs.includes('delete');

interface MutableContents extends Contents {
  readonly remaining: Map<string, number>;
  readonly finalizers: Map<string, number>;
  readonly failures: string[];
}

/**
 * Empties a namespace that is being deleted, pods first and then everything else, says
 * in its conditions what is left, and takes its finalizer away at the end.
 *
 * Retry: every two seconds while content remains, at once when its last pods go; an
 * API error with back-off. Upstream: pkg/controller/namespace.
 */
export class NamespaceController implements Controller {
  readonly workers = 10;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    const namespaces = caches.of(Kinds.Namespace);
    const wake = (namespace: corev1.Namespace, trace: Trace): void => {
      if (isDeleting(namespace)) queue.add(keyOf(namespace), trace);
    };
    namespaces.subscribe(onWrite(wake));
    caches.of(Kinds.Pod).subscribe({
      deleted: (pod, trace) => {
        const namespace = namespaces.get(pod.metadata?.namespace ?? '');
        if (namespace) wake(namespace, trace);
      },
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { client, caches, clock } = this.base;
    if (!caches.of(Kinds.Namespace).get(key)) return done;
    const namespace = await unlessNotFound(client.get(Kinds.Namespace, { name: key }, { signal }));
    if (!namespace || !isDeleting(namespace)) return done;
    if (!namespace.spec?.finalizers?.includes(finalizer)) return done;
    const contents = await this.deleteContents(key, signal);
    const conditions = planConditions(namespace.status?.conditions ?? [], contents, formatTime(clock.now()));
    let current = namespace;
    if (namespace.status?.phase !== 'Terminating' || !semanticEqual(conditions, namespace.status.conditions)) {
      const status = { ...namespace.status, phase: 'Terminating', conditions };
      current = await client.update(Kinds.Namespace, { ...namespace, status }, { subresource: 'status', signal });
    }
    const failures = [...contents.undiscovered.values(), ...contents.failures];
    if (failures.length > 0) throw new Error(failures.join(', '));
    if (contents.remaining.size > 0) return { requeueAfter: retryPeriod };
    const finalizers = (current.spec?.finalizers ?? []).filter((name) => name !== finalizer);
    const finalized = { ...current, spec: { ...current.spec, finalizers } };
    await client.update(Kinds.Namespace, finalized, { subresource: 'finalize', signal });
    return done;
  }

  /** Pods go first, so that nothing they need (secrets, network policies) is taken from under them. */
  private async deleteContents(namespace: string, signal: AbortSignal): Promise<Contents> {
    const { resources, failures: undiscovered } = await this.base.client.discover({ signal });
    const contents: MutableContents = { undiscovered, remaining: new Map(), finalizers: new Map(), failures: [] };
    const served = preferredResources(resources).filter(isContent);
    const [pods, others] = partition(served, ({ resource }) => resource === Kinds.Pod);
    for (const group of [pods, others]) {
      await Promise.all(group.map((one) => this.deleteObjects(one, namespace, contents, signal)));
      if (contents.remaining.size > 0 || contents.failures.length > 0) break;
    }
    return contents;
  }

  private async deleteObjects(
    served: ServedResource,
    namespace: string,
    contents: MutableContents,
    signal: AbortSignal,
  ): Promise<void> {
    const { client } = this.base;
    const { resource } = served;
    try {
      const before = await client.list(resource, { namespace, signal });
      if (before.items.length === 0) return;
      await this.deleteAll(served, namespace, before.items, signal);
      const { items } = await client.list(resource, { namespace, signal });
      if (items.length > 0) contents.remaining.set(`${resource.plural}.${resource.group}`, items.length);
      for (const name of items.flatMap((item) => item.metadata?.finalizers ?? [])) {
        contents.finalizers.set(name, (contents.finalizers.get(name) ?? 0) + 1);
      }
    } catch (error) {
      // A resource that is no longer served, or that cannot be deleted, holds nothing up.
      if (hasReason(error, 'NotFound') || hasReason(error, 'MethodNotAllowed')) return;
      contents.failures.push(StatusError.from(error).message);
    }
  }

  /** All at once where that can be done, else one by one. */
  private async deleteAll(
    { resource, verbs }: ServedResource,
    namespace: string,
    objects: readonly ApiObject[],
    signal: AbortSignal,
  ): Promise<void> {
    const { client } = this.base;
    const options = { propagationPolicy: 'Background' };
    if (verbs.includes('deletecollection')) return client.deleteCollection(resource, { namespace, signal }, options);
    for (const { metadata } of objects) {
      const key = { namespace, name: metadata?.name ?? '' };
      await unlessNotFound(client.delete(resource, key, options, { signal }));
    }
  }
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
