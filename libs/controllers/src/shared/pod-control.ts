import { hasReason, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';
import type { ControllerBase } from './controller';
import type { Expectations } from './expectations';
import { keyOf, objectKey } from './keys';
import { isNamespaceTerminating } from './namespaces';
import { slowStart } from './slow-start';

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Creates and deletes the pods of a workload and says so in events about it. As controller.RealPodControl. */
export class PodControl {
  constructor(
    private readonly base: Pick<ControllerBase, 'client' | 'recorder'>,
    private readonly expectations: Expectations,
  ) {}

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
