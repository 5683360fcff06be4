import { hasReason, StatusError, type ApiObject } from '@skiff/apimachinery';
import type { Client } from '@skiff/client';
import { Kinds, type corev1 } from '@skiff/contracts';
import type { Recorder } from './recorder';
import { objectKey } from './keys';
import { slowStart } from './slow-start';

/** Whether a create failed because its namespace is going away, which no retry will mend. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    hasReason(error, 'Forbidden') &&
    (error.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating')
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Creates and deletes the pods of a workload and says so in events about it. As controller.RealPodControl. */
export class PodControl {
  constructor(
    private readonly client: Client,
    private readonly recorder: Recorder,
  ) {}

  /** Rejects as the API server answered, after an event unless the namespace terminates. */
  async create(owner: ApiObject, pod: corev1.Pod, signal?: AbortSignal): Promise<corev1.Pod> {
    try {
      const created = await this.client.create(Kinds.Pod, pod, signal ? { signal } : {});
      this.recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata?.name}`);
      return created;
    } catch (error) {
      if (!isNamespaceTerminating(error)) {
        this.recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
      }
      throw error;
    }
  }

  /** Creates pods in growing batches; `onSkipped` hears of each that was not created. Resolves to the first error. */
  async createMany(
    owner: ApiObject,
    pods: readonly corev1.Pod[],
    onSkipped: (count: number) => void,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const { successes, error } = await slowStart(pods.length, async (index) => {
      await this.create(owner, pods[index] ?? {}, signal);
    });
    if (successes < pods.length) onSkipped(pods.length - successes);
    return isNamespaceTerminating(error) ? undefined : error;
  }

  /** A pod that is gone already counts as deleted. */
  async delete(owner: ApiObject, pod: corev1.Pod, signal?: AbortSignal): Promise<void> {
    try {
      await this.client.delete(
        Kinds.Pod,
        objectKey(pod),
        { preconditions: { uid: pod.metadata?.uid } },
        signal ? { signal } : {},
      );
      this.recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata?.name}`);
    } catch (error) {
      // A conflict is about the uid: another pod has the name now.
      if (hasReason(error, 'NotFound') || hasReason(error, 'Conflict')) {
        throw new StatusError(404, 'NotFound', messageOf(error));
      }
      this.recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
      throw error;
    }
  }
}
