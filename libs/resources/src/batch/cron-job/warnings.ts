import type { batchv1 } from '@skiff/contracts';
import { asksAnew, hosts, warningsForName } from '../../core/pod/warnings/template';
import { warningsForJobSpec } from '../job/warnings';

export function warningsForCronJob(cronJob: batchv1.CronJob, old: batchv1.CronJob | undefined): string[] {
  return [
    ...(old ? [] : warningsForName(cronJob, hosts)),
    ...(asksAnew(cronJob, old)
      ? warningsForJobSpec(cronJob.spec?.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec')
      : []),
    ...(cronJob.spec?.schedule?.includes('TZ')
      ? [
          'cannot use TZ or CRON_TZ in spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs for more details',
        ]
      : []),
  ];
}
