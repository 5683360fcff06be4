import type { batchv1, corev1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { isDeleting, isPodActive, isPodReady, isPodTerminal } from '../shared/pods';
import { closeAccount, takeAccount, type Account } from './pod-accounting';
import { isTrue, withCondition } from './conditions';
import { endConditions, endEvents, endOf, timeLeft, type End } from './job-end';
import { limitsIndexes } from './index-failures';
import { formatIndexes } from './indexes';
import { isIndexed } from './pods';
import { planPods, type Creation, type Scaling } from './scaling';
import type { JobEvent, JobState } from './state';

/** What one look at a job decides. */
export interface JobPlan {
  readonly create: readonly Creation[];
  readonly remove: readonly corev1.Pod[];
  /** To be written before the finalizers go, so that no pod is lost or counted twice. */
  readonly status: batchv1.JobStatus;
  /** Pods that the status accounts for, to be let go. */
  readonly release: readonly corev1.Pod[];
  readonly events: readonly JobEvent[];
  readonly requeueAfter?: number;
}

const isSuspended = { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' } as const;
const isResumed = { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' } as const;

function suspension(
  job: batchv1.Job,
  conditions: batchv1.JobCondition[],
  now: string,
): { conditions: batchv1.JobCondition[]; event?: JobEvent; startTime?: string | null } {
  const suspended = isTrue(conditions, 'Suspended');
  if (job.spec?.suspend && !suspended) {
    return {
      conditions: withCondition(conditions, isSuspended, now),
      event: { type: 'Normal', reason: 'Suspended', message: 'Job suspended' },
      startTime: null,
    };
  }
  if (!job.spec?.suspend && suspended) {
    return {
      conditions: withCondition(conditions, isResumed, now),
      event: { type: 'Normal', reason: 'Resumed', message: 'Job resumed' },
      startTime: now,
    };
  }
  return { conditions };
}

function scale(state: JobState, account: Account, succeeded: number, end: End | undefined): Scaling {
  if (!state.mayScale || isDeleting(state.job)) return { create: [], remove: [] };
  if (end) return { create: [], remove: state.pods.filter(isPodActive) };
  return planPods(state, account, succeeded);
}

/** What the status says of pods. */
function countsOf({ job, pods }: JobState, account: Account, { create, remove }: Scaling): batchv1.JobStatus {
  const active = pods.filter(isPodActive);
  const { succeeded, failed, indexes, failedIndexes } = account;
  return {
    active: active.length - remove.filter(isPodActive).length + create.length,
    ready: active.filter((pod) => isPodReady(pod) && !remove.includes(pod)).length,
    terminating: pods.filter((pod) => isDeleting(pod) && !isPodTerminal(pod)).length,
    succeeded: isIndexed(job) ? indexes.size : account.succeededBefore,
    failed: account.failedBefore,
    ...(isIndexed(job) && { completedIndexes: formatIndexes(indexes) }),
    ...(limitsIndexes(job) && { failedIndexes: formatIndexes(failedIndexes) }),
    uncountedTerminatedPods: { ...(succeeded.length > 0 && { succeeded }), ...(failed.length > 0 && { failed }) },
  };
}

/** Everything that one look at an unfinished job decides. As syncJob. */
export function planJob(state: JobState): JobPlan {
  const { job, pods, now } = state;
  const time = formatTime(now);
  const completions = job.spec?.completions ?? Infinity;
  const account = takeAccount(state, completions);
  const active = pods.filter(isPodActive).length;
  const succeeded = isIndexed(job) ? account.indexes.size : account.succeededBefore + account.succeeded.length;
  const failed = account.failedBefore + account.failed.length + account.retriedFailures;
  const end = endOf(state, account, { succeeded, failed, active });
  if (end) closeAccount(state, completions, account);
  const scaling = scale(state, account, succeeded, end);
  const counts = countsOf(state, account, scaling);
  const counted = account.release.length === 0 && account.succeeded.length === 0 && account.failed.length === 0;
  const isOver = end !== undefined && active === 0 && counts.terminating === 0 && counted && state.mayScale;
  const pause = suspension(job, job.status?.conditions ?? [], time);
  const conditions = end ? endConditions(pause.conditions, end, isOver, time) : pause.conditions;
  const startTime =
    pause.startTime ??
    (pause.startTime === null ? undefined : (job.status?.startTime ?? (job.spec?.suspend ? undefined : time)));
  const left = timeLeft({ ...job, status: { ...job.status, startTime } }, now);
  const waits = [scaling.requeueAfter, end ? undefined : left].filter((wait) => wait !== undefined);
  return {
    create: scaling.create,
    remove: scaling.remove,
    release: account.release,
    status: {
      ...(conditions.length > 0 && { conditions }),
      ...(startTime !== undefined && { startTime }),
      ...(isOver && end?.type === 'Complete' && { completionTime: time }),
      ...counts,
    },
    events: [...(pause.event ? [pause.event] : []), ...(isOver && end ? endEvents(end, job, succeeded) : [])],
    ...(waits.length > 0 && { requeueAfter: Math.min(...waits) }),
  };
}
