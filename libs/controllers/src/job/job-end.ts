import type { batchv1 } from '@skiff/contracts';
import { timeOf } from '../shared/pods';
import type { Account } from './pod-accounting';
import { restartsExceedLimit } from './backoff';
import { findCondition, withCondition } from './conditions';
import { limitsIndexes } from './index-failures';
import type { JobEvent, JobState } from './state';
import { metSuccessRule } from './success-policy';

/** How a job ends. */
export interface End {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

/** How many pods of a job have ended, and how many have not. */
export interface Tally {
  readonly succeeded: number;
  readonly failed: number;
  readonly active: number;
}

/** Milliseconds until a job's deadline; undefined when it has none, or its clock stands. */
export function timeLeft({ spec, status }: batchv1.Job, now: number): number | undefined {
  const deadline = spec?.activeDeadlineSeconds;
  if (deadline === undefined || status?.startTime === undefined || spec?.suspend) return undefined;
  return timeOf(status.startTime) + deadline * 1000 - now;
}

const failure = (reason: string, message: string): End => ({ type: 'Failed', reason, message });

/** What was said of a job's end before holds, whatever happens to its pods since. */
function announcedEnd({ status }: batchv1.Job): End | undefined {
  for (const [interim, type] of [
    ['SuccessCriteriaMet', 'Complete'],
    ['FailureTarget', 'Failed'],
  ] as const) {
    const said = findCondition(status?.conditions, interim);
    if (said?.status === 'True') return { type, reason: said.reason ?? '', message: said.message ?? '' };
  }
  return undefined;
}

function failureOf({ job, pods, now }: JobState, account: Account, { failed }: Tally): End | undefined {
  if (account.failJob !== undefined) return failure('PodFailurePolicy', account.failJob);
  if (failed > (job.spec?.backoffLimit ?? 6) || restartsExceedLimit(job, pods))
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const left = timeLeft(job, now);
  if (left !== undefined && left <= 0)
    return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
  return limitsIndexes(job) ? indexFailureOf(job, account) : undefined;
}

function indexFailureOf({ spec }: batchv1.Job, { indexes, failedIndexes }: Account): End | undefined {
  if (failedIndexes.size > (spec?.maxFailedIndexes ?? Infinity))
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  if (failedIndexes.size > 0 && failedIndexes.size + indexes.size >= (spec?.completions ?? Infinity))
    return failure('FailedIndexes', 'Job has failed indexes');
  return undefined;
}

function successOf(job: batchv1.Job, account: Account, { succeeded, active }: Tally): End | undefined {
  const met = metSuccessRule(job, account.indexes);
  if (met !== undefined) return { type: 'Complete', reason: 'SuccessPolicy', message: met };
  const completions = job.spec?.completions;
  const reached = completions === undefined ? succeeded > 0 && active === 0 : succeeded >= completions;
  if (!reached) return undefined;
  return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
}

/** How a job ends, if it does: as was said before, else for the first reason in upstream's order. */
export function endOf(state: JobState, account: Account, tally: Tally): End | undefined {
  return announcedEnd(state.job) ?? failureOf(state, account, tally) ?? successOf(state.job, account, tally);
}

/** A job first says how it will end, and ends when no pod of it runs and all are counted. */
export function endConditions(
  conditions: batchv1.JobCondition[],
  end: End,
  isOver: boolean,
  now: string,
): batchv1.JobCondition[] {
  const interim = end.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const { type, reason, message } = end;
  const announced = withCondition(conditions, { type: interim, status: 'True', reason, message }, now);
  return isOver ? withCondition(announced, { type, status: 'True', reason, message }, now) : announced;
}

/** What is told of a job that is over. */
export function endEvents(end: End, { spec }: batchv1.Job, succeeded: number): JobEvent[] {
  if (end.type === 'Failed') return [{ type: 'Warning', reason: end.reason, message: end.message }];
  const tooMany = 'Too many succeeded pods running after completion count reached';
  return [
    ...(succeeded > (spec?.completions ?? Infinity)
      ? [{ type: 'Warning' as const, reason: 'TooManySucceededPods', message: tooMany }]
      : []),
    { type: 'Normal', reason: 'Completed', message: 'Job completed' },
  ];
}
