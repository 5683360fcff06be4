import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds, type batchv1 } from '@skiff/contracts';
import { unsupportedPodFields } from '../../core/pod/unsupported';
import { defaultCronJob } from './defaults';
import { cronJobTable } from './table';
import { cronJobValidation } from './validation';

export const cronJobResource = defineResource({
  kind: Kinds.CronJob,
  subresources: [statusSubresource],
  defaults: defaultCronJob,
  validation: cronJobValidation,
  table: cronJobTable,
  unsupported: [
    ...unsupportedPodFields(
      'spec.jobTemplate.spec.template.spec',
      ({ spec }: batchv1.CronJob) => spec?.jobTemplate?.spec?.template?.spec,
    ),
  ],
});
