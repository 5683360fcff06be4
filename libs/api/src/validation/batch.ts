import type { batchv1 } from '@skiff/contracts';
import { immutable, same } from './metadata';
import { validatePodTemplate } from './pod';
import { child, type Problems } from './problems';
import { nonNegative, oneOf, validateLabelSelector } from './selectors';

function validateJobSpec(spec: batchv1.JobSpec, path: string, to: Problems): void {
  nonNegative(spec.parallelism, child(path, 'parallelism'), to);
  nonNegative(spec.completions, child(path, 'completions'), to);
  nonNegative(spec.activeDeadlineSeconds, child(path, 'activeDeadlineSeconds'), to);
  nonNegative(spec.backoffLimit, child(path, 'backoffLimit'), to);
  nonNegative(spec.ttlSecondsAfterFinished, child(path, 'ttlSecondsAfterFinished'), to);
  nonNegative(spec.backoffLimitPerIndex, child(path, 'backoffLimitPerIndex'), to);
  nonNegative(spec.maxFailedIndexes, child(path, 'maxFailedIndexes'), to);
  const { completionMode } = spec;
  if (completionMode !== undefined) {
    if (completionMode !== 'Indexed' && completionMode !== 'NonIndexed')
      to.notSupported(child(path, 'completionMode'), completionMode, ['Indexed', 'NonIndexed']);
    if (completionMode === 'Indexed' && spec.completions === undefined)
      to.required(child(path, 'completions'), 'when completion mode is Indexed');
  }
  if (completionMode !== 'Indexed' && spec.backoffLimitPerIndex !== undefined)
    to.invalid(child(path, 'backoffLimitPerIndex'), spec.backoffLimitPerIndex, 'requires indexed completion mode');
  validatePodTemplate(spec.template, child(path, 'template'), to);
  const policy = spec.template?.spec?.restartPolicy;
  const at = `${child(path, 'template')}.spec.restartPolicy`;
  if (policy !== 'OnFailure' && policy !== 'Never') to.required(at, 'valid values: "OnFailure", "Never"');
  if (spec.podFailurePolicy && policy === 'OnFailure')
    to.invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified');
}

export function validateJob({ spec = {} }: batchv1.Job, to: Problems): void {
  if (!spec.selector) to.required('spec.selector');
  else validateLabelSelector(spec.selector, 'spec.selector', to);
  validateJobSpec(spec, 'spec', to);
}

const suspendedMayChange = ['nodeSelector', 'affinity', 'tolerations', 'schedulingGates'];

/** The template as far as it may not change: a suspended job's may still be steered. */
function fixedTemplate(spec: batchv1.JobSpec, steerable: boolean): unknown {
  if (!steerable) return spec.template;
  const podSpec = Object.entries(spec.template?.spec ?? {}).filter(([name]) => !suspendedMayChange.includes(name));
  return { spec: Object.fromEntries(podSpec) };
}

export function validateJobUpdate(job: batchv1.Job, old: batchv1.Job, to: Problems): void {
  const spec = job.spec ?? {};
  const before = old.spec ?? {};
  const indexedResize =
    spec.completionMode === 'Indexed' && spec.completions !== undefined && spec.completions === spec.parallelism;
  if (!indexedResize) immutable(spec.completions, before.completions, 'spec.completions', to);
  immutable(spec.selector, before.selector, 'spec.selector', to);
  const steerable = (before.suspend ?? false) && old.status?.startTime === undefined;
  if (!same(fixedTemplate(spec, steerable), fixedTemplate(before, steerable)))
    to.invalid('spec.template', spec.template, 'field is immutable');
  immutable(spec.completionMode, before.completionMode, 'spec.completionMode', to);
  immutable(spec.podFailurePolicy, before.podFailurePolicy, 'spec.podFailurePolicy', to);
  immutable(spec.backoffLimitPerIndex, before.backoffLimitPerIndex, 'spec.backoffLimitPerIndex', to);
  immutable(spec.managedBy, before.managedBy, 'spec.managedBy', to);
  immutable(spec.successPolicy, before.successPolicy, 'spec.successPolicy', to);
}

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

export function validateCronJob({ metadata, spec = {} }: batchv1.CronJob, to: Problems): void {
  validateJobSpec(spec.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec', to);
  const { schedule = '' } = spec;
  if (schedule === '') to.required('spec.schedule');
  else if (/TZ/.test(schedule))
    to.invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  else if (!schedulePattern.test(schedule)) {
    const fields = schedule.trim().split(/\s+/);
    to.invalid('spec.schedule', schedule, `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  validateZone(spec.timeZone, to);
  if (spec.jobTemplate?.spec?.selector)
    to.invalid('spec.jobTemplate.spec.selector', spec.jobTemplate.spec.selector, '`selector` will be auto-generated');
  if (spec.jobTemplate?.spec?.manualSelector)
    to.notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']);
  nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', to);
  oneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy', to);
  nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', to);
  nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', to);
  if ((metadata?.name ?? '').length > 52)
    to.invalid('metadata.name', metadata?.name, 'must be no more than 52 characters');
}
