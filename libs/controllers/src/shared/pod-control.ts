import { hasReason, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type corev1, type Kind, type metav1 } from '@skiff/contracts';
import type { ControllerBase } from './controller';
import { Expectations } from './expectations';
import { keyOf, objectKey } from './keys';
import { isNamespaceTerminating } from './namespaces';
import { Owners } from './owners';
import { isDeleting } from './pods';
import { slowStart } from './slow-start';

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Creates and deletes the pods of one kind of workload, says so in events about it, and waits for both to show in the
 * cache. As controller.RealPodControl with its expectations.
 */
export class PodControl<T extends ApiObject> {
  readonly owners: Owners<T>;
  private readonly expectations: Expectations;

  constructor(
    private readonly base: ControllerBase,
    kind: Kind<T>,
    selectorOf: (owner: T) => metav1.LabelSelector | undefined,
  ) {
    this.owners = new Owners(base.caches, kind, selectorOf);
    this.expectations = new Expectations(base.clock);
  }

  /** Follows the pods that come and go. Called before anything else subscribes to wake their owners. */
  observe(): void {
    const gone = (pod: corev1.Pod): void => {
      const owner = this.owners.of(pod);
      if (owner) this.expectations.deletionObserved(keyOf(owner), pod.metadata?.uid ?? '');
    };
    this.base.caches.of(Kinds.Pod).subscribe({
      added: (pod) => {
        if (isDeleting(pod)) return gone(pod);
        const owner = this.owners.of(pod);
        if (owner) this.expectations.creationObserved(keyOf(owner));
      },
      updated: (_old, pod) => {
        if (isDeleting(pod)) gone(pod);
      },
      deleted: gone,
    });
  }

  /** Whether the cache shows all that was done for an owner, so that it may be acted upon. */
  isSettled(key: string): boolean {
    return this.expectations.satisfied(key);
  }

  forget(key: string): void {
    this.expectations.forget(key);
  }

  /**
   * Creates pods in growing batches and deletes others, and expects both to show in the cache. Resolves to the first
   * error, after everything was tried. A namespace that terminates is none, nor is a pod that is gone already.
   */
  async scale(
    owner: ApiObject,
    { create, remove }: { readonly create: readonly corev1.Pod[]; readonly remove: readonly corev1.Pod[] },
    signal: AbortSignal,
  ): Promise<unknown> {
    if (create.length === 0 && remove.length === 0) return undefined;
    this.expectations.expect(
      keyOf(owner),
      create.length,
      remove.map(({ metadata }) => metadata?.uid ?? ''),
    );
    const deleting = remove.map((pod) => this.delete(owner, pod, signal));
    const errors = await Promise.all([this.createAll(owner, create, signal), ...deleting]);
    return errors.find((error) => error !== undefined);
  }

  private async createAll(owner: ApiObject, pods: readonly corev1.Pod[], signal: AbortSignal): Promise<unknown> {
    const { successes, error } = await slowStart(pods.length, (index) => this.create(owner, pods[index] ?? {}, signal));
    if (successes < pods.length) this.expectations.creationObserved(keyOf(owner), pods.length - successes);
    return isNamespaceTerminating(error) ? undefined : error;
  }

  /** Rejects as the API server answered, after an event unless the namespace terminates. */
  private async create(owner: ApiObject, pod: corev1.Pod, signal: AbortSignal): Promise<void> {
    const { client, recorder } = this.base;
    try {
      const created = await client.create(Kinds.Pod, pod, { signal });
      recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata?.name}`);
    } catch (error) {
      if (!isNamespaceTerminating(error)) {
        recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
      }
      throw error;
    }
  }

  private async delete(owner: ApiObject, pod: corev1.Pod, signal: AbortSignal): Promise<unknown> {
    const { client, recorder } = this.base;
    const { name, uid } = pod.metadata ?? {};
    try {
      await client.delete(Kinds.Pod, objectKey(pod), { preconditions: { uid } }, { signal });
      recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      return undefined;
    } catch (error) {
      this.expectations.deletionObserved(keyOf(owner), uid ?? '');
      // A conflict is about the uid: another pod has the name now.
      if (hasReason(error, 'NotFound') || hasReason(error, 'Conflict')) return undefined;
      recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
      return error;
    }
  }
}
