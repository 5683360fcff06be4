import type { Client } from '@skiff/client';
import { Kinds, type corev1 } from '@skiff/contracts';
import { objectKey } from './keys';
import { podCondition } from './pods';

/** Says in a pod's status why it is about to be deleted; a Job's failure policy reads it. */
export async function markDisrupted(
  client: Client,
  pod: corev1.Pod,
  why: { readonly reason: string; readonly message: string; readonly phase?: string; readonly now: string },
  signal: AbortSignal,
): Promise<void> {
  const { reason, message, phase, now } = why;
  const current = podCondition(pod, 'DisruptionTarget');
  if (current?.status === 'True' && current.reason === reason && (phase === undefined || pod.status?.phase === phase)) {
    return;
  }
  const condition = { type: 'DisruptionTarget', status: 'True', reason, message, lastTransitionTime: now };
  await client.patch(
    Kinds.Pod,
    objectKey(pod),
    'strategic',
    {
      metadata: { uid: pod.metadata?.uid },
      status: { conditions: [condition], ...(phase !== undefined && { phase }) },
    },
    { subresource: 'status', signal },
  );
}
