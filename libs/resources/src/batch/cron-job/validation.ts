import { type ErrorList, nonNegative, oneOf, type Validation } from '@skiff/apimachinery';
import type { batchv1 } from '@skiff/contracts';
import { validateJobSpec } from '../job/validation/job-spec';
import { parseSchedule } from './schedule/schedule';
import { timeZoneProblem } from './schedule/time-zone';
import { warningsForCronJob } from './warnings';

/** Upstream: validateScheduleFormat. */
function validateSchedule(schedule: string, to: ErrorList): void {
  try {
    parseSchedule(schedule);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    to.invalid('spec.schedule', schedule, error.message);
  }
  if (schedule.includes('TZ'))
    to.invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
}

function validateJobTemplate(spec: batchv1.JobSpec, to: ErrorList): void {
  validateJobSpec(spec, 'spec.jobTemplate.spec', to);
  if (spec.selector) to.invalid('spec.jobTemplate.spec.selector', spec.selector, '`selector` will be auto-generated');
  if (spec.manualSelector) to.notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']);
}

export function validateCronJob({ metadata, spec = {} }: batchv1.CronJob, to: ErrorList): void {
  const { schedule = '', timeZone } = spec;
  if (schedule === '') to.required('spec.schedule');
  else validateSchedule(schedule, to);
  nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', to);
  const zoneProblem = timeZone === undefined ? undefined : timeZoneProblem(timeZone);
  if (zoneProblem) to.invalid('spec.timeZone', timeZone, zoneProblem);
  oneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy', to);
  validateJobTemplate(spec.jobTemplate?.spec ?? {}, to);
  nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', to);
  nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', to);
  if ((metadata?.name ?? '').length > 52)
    to.invalid('metadata.name', metadata?.name, 'must be no more than 52 characters');
}

export const cronJobValidation: Validation<batchv1.CronJob> = { create: validateCronJob, warnings: warningsForCronJob };
