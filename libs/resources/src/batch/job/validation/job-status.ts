import { type ErrorList, nonNegative, same } from '@skiff/apimachinery';
import type { batchv1 } from '@skiff/contracts';
import { conditionsOf, validateConditions, validateConditionsKept } from './job-conditions';
import { firstOverlap, indexesProblem } from './job-indexes';

/** A job before and after a change to its status: most rules hold only for what the change touches. */
interface StatusChange {
  readonly job: batchv1.Job;
  readonly status: batchv1.JobStatus;
  readonly before: batchv1.JobStatus;
  /** Whether the job has come to its end, and whether it had before. */
  readonly finished: boolean;
  readonly finishes: boolean;
}

const changes = ({ status, before }: StatusChange, field: keyof batchv1.JobStatus): boolean =>
  !same(status[field], before[field]);

const counters = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;

function validateUncounted({ uncountedTerminatedPods }: batchv1.JobStatus, to: ErrorList): void {
  const seen = new Set<string>();
  for (const part of ['succeeded', 'failed'] as const) {
    for (const [index, uid] of (uncountedTerminatedPods?.[part] ?? []).entries()) {
      const path = `status.uncountedTerminatedPods.${part}[${index}]`;
      if (uid === '') to.invalid(path, uid, 'must not be empty');
      else if (seen.has(uid)) to.duplicate(path, uid);
      seen.add(uid);
    }
  }
}

function validateTimes(change: StatusChange, complete: { now: boolean; changed: boolean }, to: ErrorList): void {
  const { status } = change;
  const { startTime, completionTime } = status;
  const completed = changes(change, 'completionTime');
  if (complete.changed || completed) {
    if (completionTime !== undefined && !complete.now)
      to.invalid(
        'status.completionTime',
        completionTime,
        'cannot set completionTime when there is no Complete=True condition',
      );
    if (completionTime === undefined && complete.now)
      to.required('status.completionTime', 'completionTime is required for Complete jobs');
  }
  if (!completed && !changes(change, 'startTime')) return;
  if (startTime !== undefined && completionTime !== undefined && Date.parse(completionTime) < Date.parse(startTime))
    to.invalid('status.completionTime', completionTime, 'completionTime cannot be set before startTime');
}

function validateEnd(change: StatusChange, to: ErrorList): void {
  const { job, status, finished, finishes } = change;
  if (!finished) return;
  const { active = 0, terminating, startTime, uncountedTerminatedPods: uncounted } = status;
  const empty = job.spec?.suspend === true && job.spec.completions === 0;
  if ((finishes || changes(change, 'active')) && active > 0)
    to.invalid('status.active', active, 'active>0 is invalid for finished job');
  if ((finishes || changes(change, 'startTime')) && !empty && startTime === undefined)
    to.required('status.startTime', 'startTime is required for finished job');
  const waiting = (uncounted?.failed?.length ?? 0) + (uncounted?.succeeded?.length ?? 0);
  if ((finishes || changes(change, 'uncountedTerminatedPods')) && waiting > 0)
    to.invalid(
      'status.uncountedTerminatedPods',
      uncounted,
      'uncountedTerminatedPods needs to be empty for finished job',
    );
  if ((finishes || changes(change, 'terminating')) && (terminating ?? 0) > 0)
    to.invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job');
}

function validateIndexes(change: StatusChange, to: ErrorList): void {
  const { job, status } = change;
  const { completionMode, completions, backoffLimitPerIndex } = job.spec ?? {};
  const { completedIndexes = '', failedIndexes } = status;
  const completed = changes(change, 'completedIndexes');
  const failed = changes(change, 'failedIndexes');
  const format = (name: string, text: string): void => {
    const problem = completions === undefined ? undefined : indexesProblem(text, completions);
    if (problem !== undefined) to.invalid(`status.${name}`, text, `error parsing ${name}: ${problem}`);
  };
  if (completed) format('completedIndexes', completedIndexes);
  if (failed && failedIndexes !== undefined && backoffLimitPerIndex !== undefined)
    format('failedIndexes', failedIndexes);
  if (completed && completedIndexes !== '' && completionMode !== 'Indexed')
    to.invalid(
      'status.completedIndexes',
      completedIndexes,
      'cannot set non-empty completedIndexes when non-indexed completion mode',
    );
  if (failed && failedIndexes !== undefined && backoffLimitPerIndex === undefined)
    to.invalid(
      'status.failedIndexes',
      failedIndexes,
      'cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    );
  if ((!completed && !failed) || completions === undefined || failedIndexes === undefined) return;
  const both = firstOverlap(completedIndexes, failedIndexes, completions);
  if (both !== undefined)
    to.invalid('status.failedIndexes', failedIndexes, `failedIndexes and completedIndexes overlap at index: ${both}`);
}

function validateCounters(change: StatusChange, to: ErrorList): void {
  const { job, status, before } = change;
  const { completionMode, completions, parallelism } = job.spec ?? {};
  const fell = (counter: 'failed' | 'succeeded'): void => {
    const count = status[counter] ?? 0;
    if (count < (before[counter] ?? 0))
      to.invalid(`status.${counter}`, count, `cannot decrease the ${counter} counter`);
  };
  fell('failed');
  // Such a job may be scaled down.
  if (completionMode !== 'Indexed' || completions !== parallelism) fell('succeeded');
}

/** Rules of a change to a Job's status. As ValidateJobStatusUpdate of pkg/apis/batch/validation. */
export function validateJobStatusUpdate(job: batchv1.Job, old: batchv1.Job, to: ErrorList): void {
  const { status = {} } = job;
  const { status: before = {} } = old;
  const [now, then] = [conditionsOf(job), conditionsOf(old)];
  const finished = now.has('Complete') || now.has('Failed');
  const finishes = finished !== (then.has('Complete') || then.has('Failed'));
  const change: StatusChange = { job, status, before, finished, finishes };
  const complete = { now: now.has('Complete'), changed: now.has('Complete') !== then.has('Complete') };
  for (const counter of counters) nonNegative(status[counter], `status.${counter}`, to);
  validateUncounted(status, to);
  validateTimes(change, complete, to);
  validateConditions(now, then, job, to);
  validateEnd(change, to);
  validateIndexes(change, to);
  const { ready, active = 0 } = status;
  if ((changes(change, 'ready') || changes(change, 'active')) && ready !== undefined && ready > active)
    to.invalid('status.ready', ready, 'cannot set more ready pods than active');
  validateConditionsKept(now, then, to);
  validateCounters(change, to);
  if (status.completionTime !== undefined && before.completionTime !== undefined && changes(change, 'completionTime'))
    to.invalid('status.completionTime', status.completionTime, 'completionTime cannot be mutated');
  if (before.startTime !== undefined && changes(change, 'startTime') && !job.spec?.suspend)
    to.required('status.startTime', 'startTime cannot be removed for unsuspended job');
}
