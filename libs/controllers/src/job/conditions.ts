import type { batchv1 } from '@skiff/contracts';

export type JobConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'Suspended';

type Conditions = readonly batchv1.JobCondition[] | undefined;

export function findCondition(conditions: Conditions, type: JobConditionType): batchv1.JobCondition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function isTrue(conditions: Conditions, type: JobConditionType): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

/** Whether a job has reached its end, one way or the other. */
export function isFinished(job: batchv1.Job): boolean {
  return isTrue(job.status?.conditions, 'Complete') || isTrue(job.status?.conditions, 'Failed');
}

/** What a condition is to say. */
interface Told {
  readonly type: JobConditionType;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** Conditions with one set; the same when it says so already. `now` is an RFC 3339 time. */
export function withCondition(conditions: Conditions, told: Told, now: string): batchv1.JobCondition[] {
  const { type, status, reason, message } = told;
  const current = findCondition(conditions, type);
  if (current?.status === status && current.reason === reason && current.message === message)
    return [...(conditions ?? [])];
  const condition = { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
  if (!current) return [...(conditions ?? []), condition];
  return (conditions ?? []).map((existing) => (existing === current ? condition : existing));
}
