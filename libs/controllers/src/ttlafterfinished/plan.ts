import type { batchv1 } from '@skiff/contracts';
import { timeOf } from '../shared/pods';

/** When a finished job's time to live ends (milliseconds since the epoch); undefined when it has none. */
export function expiryOf(job: batchv1.Job): number | undefined {
  const ttl = job.spec?.ttlSecondsAfterFinished;
  const end = job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  if (ttl === undefined || !end?.lastTransitionTime) return undefined;
  return timeOf(end.lastTransitionTime) + ttl * 1000;
}
