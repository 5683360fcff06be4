import {
  dns1123Label,
  type ErrorList,
  immutable,
  labelSelectorOrNone,
  same,
  sorted,
  validateLabelSelector,
} from '@skiff/apimachinery';
import type { batchv1 } from '@skiff/contracts';
import { validateJobSpec } from './job-spec';

/** Labels by which a job picks its own pods: their new names, and those from before they had a prefix. */
function ownLabels({ metadata }: batchv1.Job): Readonly<Record<string, string>> {
  const { name = '', uid = '' } = metadata ?? {};
  return {
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  };
}

/** What the API server wrote for a job that does not pick its pods by hand must stand, whatever its owner wrote. */
function validateGeneratedSelector(job: batchv1.Job, to: ErrorList): void {
  const { manualSelector, selector, template } = job.spec ?? {};
  if (manualSelector || !selector) return;
  if (!job.metadata?.uid) to.required('metadata.uid');
  const labels = template?.metadata?.labels ?? {};
  const expected = ownLabels(job);
  for (const [key, value] of Object.entries(expected)) {
    const path = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) to.required(path, `must be '${value}'`);
    else if (labels[key] !== value) to.invalid(path, sorted(labels), `must be '${value}'`);
  }
  if (labelSelectorOrNone(selector)?.(expected) === false)
    to.invalid('spec.selector', selector, '`selector` not auto-generated');
}

/** Pods of an Indexed job are hosts whose name ends in their index. */
function validateHostnames({ metadata, spec = {} }: batchv1.Job, to: ErrorList): void {
  if (spec.completionMode !== 'Indexed' || !spec.completions || spec.completions < 0) return;
  const { name = '' } = metadata ?? {};
  const longest = `${name}-${spec.completions - 1}`;
  if (dns1123Label(longest).length > 0)
    to.invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${longest}`);
}

/** Rules of a Job. As ValidateJob of pkg/apis/batch/validation. */
export function validateJob(job: batchv1.Job, to: ErrorList): void {
  const { spec = {} } = job;
  validateGeneratedSelector(job, to);
  validateJobSpec(spec, 'spec', to);
  if (!spec.selector) to.required('spec.selector');
  else validateLabelSelector(spec.selector, 'spec.selector', to);
  const labels = spec.template?.metadata?.labels;
  if (labelSelectorOrNone(spec.selector)?.(labels) === false)
    to.invalid(
      'spec.template.metadata.labels',
      labels ? sorted(labels) : null,
      '`selector` does not match template `labels`',
    );
  validateHostnames(job, to);
}

const directives = ['nodeSelector', 'affinity', 'tolerations', 'schedulingGates'];

const omit = (object: object | undefined, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(object ?? {}).filter(([name]) => !names.includes(name)));

/** A template without what decides where pods go, which may change while a job is suspended and has not begun. */
function withoutDirectives({ metadata, spec }: NonNullable<batchv1.JobSpec['template']> = {}): unknown {
  const affinity = omit(spec?.affinity, ['nodeAffinity']);
  return {
    metadata: omit(metadata, ['labels', 'annotations']),
    spec: { ...omit(spec, directives), ...(Object.keys(affinity).length > 0 && { affinity }) },
  };
}

const fixedFields = [
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const;

/** The number of completions stays, but for Indexed jobs that run all of them at a time. */
function validateCompletions(spec: batchv1.JobSpec, before: batchv1.JobSpec, to: ErrorList): void {
  const { completions, parallelism } = spec;
  if (spec.completionMode !== 'Indexed') immutable(completions, before.completions, 'spec.completions', to);
  else if (completions !== undefined && completions !== before.completions && completions !== parallelism)
    to.invalid('spec.completions', completions, 'can only be modified in tandem with spec.parallelism');
}

/** Rules of a change to a Job's spec. As ValidateJobSpecUpdate. */
export function validateJobUpdate(job: batchv1.Job, old: batchv1.Job, to: ErrorList): void {
  const { spec = {} } = job;
  const { spec: before = {} } = old;
  validateCompletions(spec, before, to);
  immutable(spec.selector, before.selector, 'spec.selector', to);
  const steerable = before.suspend === true && old.status?.startTime === undefined;
  const fixed = steerable ? withoutDirectives : (template: batchv1.JobSpec['template']): unknown => template;
  if (!same(fixed(spec.template), fixed(before.template)))
    to.invalid('spec.template', spec.template, 'field is immutable');
  for (const name of fixedFields) immutable(spec[name], before[name], `spec.${name}`, to);
}
