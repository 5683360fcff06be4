import type { batchv1, corev1 } from '@skiff/contracts';

/** What is known of an unfinished job. */
export interface JobState {
  readonly job: batchv1.Job;
  /** Every pod that it controls. */
  readonly pods: readonly corev1.Pod[];
  /** Whether a pod still bears the tracking finalizer, as far as is known. */
  readonly isHeld: (pod: corev1.Pod) => boolean;
  /** Whether the cache shows all pods that were created and deleted before. */
  readonly mayScale: boolean;
  readonly now: number;
}

/** An event about a job. */
export interface JobEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}
