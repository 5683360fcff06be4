import { hasReason, StatusError, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type corev1, type Kind } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import {
  done,
  type Controller,
  type ControllerBase,
  type Queue,
  type ReconcileContext,
  type Result,
} from '../shared/context';
import { keyOf } from '../shared/keys';
import { isDeleting } from '../shared/pods';
import { semanticEqual } from '../shared/semantic-equal';
import { planConditions, type Contents } from './plan';

/** The finalizer in `spec.finalizers` that this controller removes. */
const finalizer = 'kubernetes';

/** How long to wait for content to go before looking again, unless a pod's end wakes the controller before. */
const retryPeriod = 2_000;

/** Kinds that only pass through a subresource, or that cannot be deleted. */
const namespacedKinds: readonly Kind<ApiObject>[] = Object.values(Kinds).filter(
  (kind) => kind.namespaced && kind.plural !== '' && kind.listCodec !== undefined && kind.group !== 'metrics.k8s.io',
);

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
  readonly name = 'namespace-controller';
  readonly workers = 10;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    const namespaces = caches.of(Kinds.Namespace);
    const wake = (namespace: corev1.Namespace, trace: Parameters<Queue['add']>[1]): void => {
      if (isDeleting(namespace)) queue.add(keyOf(namespace), trace);
    };
    namespaces.subscribe({ added: wake, updated: (_old, namespace, trace) => wake(namespace, trace) });
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
    const namespace = await this.read(key, signal);
    if (!namespace || !isDeleting(namespace)) return done;
    if (!namespace.spec?.finalizers?.includes(finalizer)) return done;
    const contents = await this.deleteContents(key, signal);
    const conditions = planConditions(namespace.status?.conditions ?? [], contents, formatTime(clock.now()));
    let current = namespace;
    if (namespace.status?.phase !== 'Terminating' || !semanticEqual(conditions, namespace.status.conditions)) {
      const status = { ...namespace.status, phase: 'Terminating', conditions };
      current = await client.update(Kinds.Namespace, { ...namespace, status }, { subresource: 'status', signal });
    }
    if (contents.failures.length > 0) throw new Error(contents.failures.join(', '));
    if (contents.remaining.size > 0) return { requeueAfter: retryPeriod };
    const finalizers = (current.spec?.finalizers ?? []).filter((name) => name !== finalizer);
    const finalized = { ...current, spec: { ...current.spec, finalizers } };
    await client.update(Kinds.Namespace, finalized, { subresource: 'finalize', signal });
    return done;
  }

  private async read(name: string, signal: AbortSignal): Promise<corev1.Namespace | undefined> {
    try {
      return await this.base.client.get(Kinds.Namespace, { name }, { signal });
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  /** Pods go first, so that nothing they need (secrets, network policies) is taken from under them. */
  private async deleteContents(namespace: string, signal: AbortSignal): Promise<Contents> {
    const contents: MutableContents = { remaining: new Map(), finalizers: new Map(), failures: [] };
    await this.deleteKind(Kinds.Pod, namespace, contents, signal);
    if (contents.remaining.size > 0 || contents.failures.length > 0) return contents;
    const others = namespacedKinds.filter((kind) => kind !== Kinds.Pod);
    await Promise.all(others.map((kind) => this.deleteKind(kind, namespace, contents, signal)));
    return contents;
  }

  private async deleteKind(
    kind: Kind<ApiObject>,
    namespace: string,
    contents: MutableContents,
    signal: AbortSignal,
  ): Promise<void> {
    const { client } = this.base;
    try {
      const before = await client.list(kind, { namespace, signal });
      if (before.items.length === 0) return;
      await client.deleteCollection(kind, { namespace, signal }, { propagationPolicy: 'Background' });
      const { items } = await client.list(kind, { namespace, signal });
      if (items.length > 0) contents.remaining.set(`${kind.plural}.${kind.group}`, items.length);
      for (const name of items.flatMap((item) => item.metadata?.finalizers ?? [])) {
        contents.finalizers.set(name, (contents.finalizers.get(name) ?? 0) + 1);
      }
    } catch (error) {
      // A kind that the server does not serve, or that cannot be deleted, holds nothing up.
      if (hasReason(error, 'NotFound') || hasReason(error, 'MethodNotAllowed')) return;
      contents.failures.push(StatusError.from(error).message);
    }
  }
}
