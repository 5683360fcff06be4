import type { batchv1 } from '@skiff/contracts';
import { defaultPodSpec } from '../../core/pod/defaults';

export function defaultCronJob({ spec }: batchv1.CronJob): void {
  if (!spec) return;
  spec.concurrencyPolicy ??= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  if (spec.jobTemplate?.spec?.template?.spec) defaultPodSpec(spec.jobTemplate.spec.template.spec);
}
