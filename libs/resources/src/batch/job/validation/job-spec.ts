import { child, type ErrorList, nonNegative, validateDomainPath } from '@skiff/apimachinery';
import type { batchv1 } from '@skiff/contracts';
import { validatePodTemplate } from '../../../core/pod/validation/pod';
import { validatePodFailurePolicy, validateSuccessPolicy } from './job-policies';

const mostParallelIndexes = 100_000;

const mostFailedIndexes = 100_000;

/** Beyond so many completions, limits for each index are tighter. */
const manyCompletions = 100_000;

const limitOfMany = 10_000;

const longestManager = 63;

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

function validateManager(manager: string, path: string, to: ErrorList): void {
  validateDomainPath(manager, path, to);
  if (Buffer.byteLength(manager) > longestManager) to.tooLong(path, longestManager);
}

function atMost(value: number | undefined, limit: number, path: string, to: ErrorList, when = ''): void {
  if (value !== undefined && value > limit) to.invalid(path, value, `must be less than or equal to ${limit}${when}`);
}

function validateIndexed(spec: batchv1.JobSpec, path: string, to: ErrorList): void {
  const { completions, parallelism, maxFailedIndexes } = spec;
  const parallel = child(path, 'parallelism');
  const failed = child(path, 'maxFailedIndexes');
  if (completions === undefined) to.required(child(path, 'completions'), 'when completion mode is Indexed');
  atMost(parallelism, mostParallelIndexes, parallel, to, ' when completion mode is Indexed');
  if (maxFailedIndexes !== undefined && maxFailedIndexes > (completions ?? Infinity))
    to.invalid(failed, maxFailedIndexes, 'must be less than or equal to completions');
  atMost(maxFailedIndexes, mostFailedIndexes, failed, to);
  if ((completions ?? 0) <= manyCompletions || spec.backoffLimitPerIndex === undefined) return;
  if (maxFailedIndexes === undefined)
    to.required(failed, `must be specified when completions is above ${manyCompletions}`);
  const when = ` when completions are above ${manyCompletions} and used with backoff limit per index`;
  atMost(parallelism, limitOfMany, parallel, to, when);
  atMost(maxFailedIndexes, limitOfMany, failed, to, when);
}

function validateCompletionMode(spec: batchv1.JobSpec, path: string, to: ErrorList): void {
  const { completionMode, backoffLimitPerIndex, maxFailedIndexes } = spec;
  if (completionMode === 'Indexed') validateIndexed(spec, path, to);
  else if (completionMode !== undefined && completionMode !== 'NonIndexed')
    to.notSupported(child(path, 'completionMode'), completionMode, ['NonIndexed', 'Indexed']);
  if (completionMode !== undefined && completionMode !== 'NonIndexed') return;
  const needed = 'requires indexed completion mode';
  if (backoffLimitPerIndex !== undefined) to.invalid(child(path, 'backoffLimitPerIndex'), backoffLimitPerIndex, needed);
  if (maxFailedIndexes !== undefined) to.invalid(child(path, 'maxFailedIndexes'), maxFailedIndexes, needed);
}

function validatePolicies(spec: batchv1.JobSpec, path: string, to: ErrorList): void {
  const { podFailurePolicy, successPolicy, podReplacementPolicy } = spec;
  if (podFailurePolicy) validatePodFailurePolicy(spec, child(path, 'podFailurePolicy'), to);
  if (successPolicy) {
    const at = child(path, 'successPolicy');
    if (spec.completionMode === 'Indexed') validateSuccessPolicy(spec, at, to);
    else to.invalid(at, internalSuccessPolicy(successPolicy), 'requires indexed completion mode');
  }
  if (podReplacementPolicy === undefined) return;
  const supported = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  if (!supported.includes(podReplacementPolicy))
    to.notSupported(child(path, 'podReplacementPolicy'), podReplacementPolicy, supported);
}

/** The policy as upstream's own type shows it in a message. */
function internalSuccessPolicy({ rules }: batchv1.SuccessPolicy): object {
  return {
    Rules: (rules ?? []).map(({ succeededIndexes = null, succeededCount = null }) => ({
      SucceededIndexes: succeededIndexes,
      SucceededCount: succeededCount,
    })),
  };
}

function validateRestartPolicy({ template, podFailurePolicy }: batchv1.JobSpec, path: string, to: ErrorList): void {
  const policy = template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') to.required(path, 'valid values: "OnFailure", "Never"');
  else if (policy !== 'OnFailure' && policy !== 'Never') to.notSupported(path, policy, ['OnFailure', 'Never']);
  else if (podFailurePolicy && policy !== 'Never')
    to.invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified');
}

/** Rules of a job's spec, in a Job or in a template of one. As validateJobSpec of pkg/apis/batch/validation. */
export function validateJobSpec(spec: batchv1.JobSpec, path: string, to: ErrorList): void {
  for (const name of counts) nonNegative(spec[name], child(path, name), to);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    to.required(child(path, 'backoffLimitPerIndex'), 'when maxFailedIndexes is specified');
  if (spec.managedBy !== undefined) validateManager(spec.managedBy, child(path, 'managedBy'), to);
  validateCompletionMode(spec, path, to);
  validatePolicies(spec, path, to);
  validatePodTemplate(spec.template, child(path, 'template'), to);
  validateRestartPolicy(spec, `${child(path, 'template')}.spec.restartPolicy`, to);
}
