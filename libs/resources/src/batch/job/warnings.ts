import type { batchv1 } from '@skiff/contracts';
import { asksAnew, hosts, warningsForName, warningsForTemplate } from '../../core/pod/warnings/template';

const manyCompletions = 100_000;

const muchParallelism = 10_000;

export function warningsForJobSpec(spec: batchv1.JobSpec, path: string): string[] {
  const { completionMode, completions = 0, parallelism = 0, template } = spec;
  const isHuge = completionMode === 'Indexed' && completions > manyCompletions && parallelism > muchParallelism;
  return [
    ...(isHuge
      ? [
          `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...warningsForTemplate(template, `${path}.template`),
  ];
}

/** Upstream: pkg/api/job/warnings.go. */
export function warningsForJob(job: batchv1.Job, old: batchv1.Job | undefined): string[] {
  return [
    ...(old ? [] : warningsForName(job, hosts)),
    ...(asksAnew(job, old) ? warningsForJobSpec(job.spec ?? {}, 'spec') : []),
  ];
}
