import { Kinds, type batchv1 } from '@skiff/contracts';
import { controllerReference } from '../shared/owner-references';
import { formatTime } from '@skiff/platform';
import { timeOf } from '../shared/pods';
import type { Schedule } from './schedule';

/** More missed times than this are not counted one by one. */
const manyMissed = 100;

export interface Due {
  /** The latest time that has come and not been acted upon, milliseconds since the epoch. */
  readonly latest: number | undefined;
  readonly next: number | undefined;
  readonly tooManyMissed: boolean;
}

/** Which time is due, and which is next. As mostRecentScheduleTime. */
export function planDue(cronJob: batchv1.CronJob, schedule: Schedule, now: number): Due {
  const { lastScheduleTime } = cronJob.status ?? {};
  let since = timeOf(lastScheduleTime ?? cronJob.metadata?.creationTimestamp);
  const deadline = cronJob.spec?.startingDeadlineSeconds;
  if (deadline !== undefined) since = Math.max(since, now - deadline * 1000);
  let latest: number | undefined;
  let missed = 0;
  let next = schedule.next(since);
  while (next !== undefined && next <= now) {
    latest = next;
    missed += 1;
    // Far behind: begin again close to now.
    next = schedule.next(missed === manyMissed ? Math.max(next, now - 60 * 60_000) : next);
  }
  return { latest, next, tooManyMissed: missed > manyMissed };
}

/** The job for a scheduled time: its name says which, so that it is never made twice. */
export function buildJob(cronJob: batchv1.CronJob, scheduled: number): batchv1.Job {
  const template = cronJob.spec?.jobTemplate;
  return {
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: {
      name: `${cronJob.metadata?.name}-${Math.floor(scheduled / 60_000)}`,
      namespace: cronJob.metadata?.namespace,
      labels: { ...template?.metadata?.labels },
      annotations: {
        ...template?.metadata?.annotations,
        'batch.kubernetes.io/cronjob-scheduled-timestamp': formatTime(scheduled),
      },
      ownerReferences: [controllerReference(Kinds.CronJob, cronJob)],
    },
    spec: structuredClone(template?.spec ?? {}),
  };
}

export function endOf(job: batchv1.Job): 'Complete' | 'Failed' | undefined {
  const isTrue = (type: string): boolean =>
    (job.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
  return isTrue('Complete') ? 'Complete' : isTrue('Failed') ? 'Failed' : undefined;
}

/** Finished jobs beyond the history limits, oldest first. */
export function planHistory(cronJob: batchv1.CronJob, jobs: readonly batchv1.Job[]): batchv1.Job[] {
  const surplus = (end: 'Complete' | 'Failed', limit: number | undefined): batchv1.Job[] => {
    if (limit === undefined) return [];
    const ended = jobs
      .filter((job) => endOf(job) === end)
      .sort((left, right) => timeOf(left.status?.startTime) - timeOf(right.status?.startTime));
    return ended.slice(0, Math.max(0, ended.length - limit));
  };
  return [
    ...surplus('Complete', cronJob.spec?.successfulJobsHistoryLimit),
    ...surplus('Failed', cronJob.spec?.failedJobsHistoryLimit),
  ];
}
