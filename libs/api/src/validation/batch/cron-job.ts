import type { batchv1 } from '@skiff/contracts';
import { type Problems } from '../problems';
import { nonNegative, oneOf } from '../selectors';
import { validateJobSpec } from './job-spec';

const schedulePattern = /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)|\S+(\s+\S+){4})$/;

function validateZone(zone: string | undefined, to: Problems): void {
  if (zone === undefined) return;
  if (zone === '') to.invalid('spec.timeZone', zone, 'timeZone must be nil or non-empty');
  else if (zone.toLowerCase() === 'local')
    to.invalid(
      'spec.timeZone',
      zone,
      'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
    );
  else if (!isZone(zone)) to.invalid('spec.timeZone', zone, `unknown time zone ${zone}`);
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function validateJobTemplate(spec: batchv1.JobSpec, to: Problems): void {
  validateJobSpec(spec, 'spec.jobTemplate.spec', to);
  if (spec.selector) to.invalid('spec.jobTemplate.spec.selector', spec.selector, '`selector` will be auto-generated');
  if (spec.manualSelector) to.notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']);
}

export function validateCronJob({ metadata, spec = {} }: batchv1.CronJob, to: Problems): void {
  const { schedule = '' } = spec;
  if (schedule === '') to.required('spec.schedule');
  else if (/TZ/.test(schedule))
    to.invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  else if (!schedulePattern.test(schedule)) {
    const fields = schedule.trim().split(/\s+/);
    to.invalid('spec.schedule', schedule, `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', to);
  validateZone(spec.timeZone, to);
  oneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy', to);
  validateJobTemplate(spec.jobTemplate?.spec ?? {}, to);
  nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', to);
  nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', to);
  if ((metadata?.name ?? '').length > 52)
    to.invalid('metadata.name', metadata?.name, 'must be no more than 52 characters');
}
