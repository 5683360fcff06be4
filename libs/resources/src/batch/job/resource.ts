import { defineResource, fieldText, statusSubresource } from '@skiff/apimachinery';
import { Kinds, type batchv1 } from '@skiff/contracts';
import { unsupportedPodFields } from '../../core/pod/unsupported';
import { defaultJob } from './defaults';
import { jobStrategy } from './strategy';
import { jobTable } from './table';
import { jobValidation } from './validation/validation';

export const jobResource = defineResource({
  kind: Kinds.Job,
  selectableFields: { 'status.successful': (job) => fieldText(job, 'status.succeeded') || '0' },
  subresources: [statusSubresource],
  defaults: defaultJob,
  validation: jobValidation,
  strategy: jobStrategy,
  table: jobTable,
  unsupported: [...unsupportedPodFields('spec.template.spec', ({ spec }: batchv1.Job) => spec?.template?.spec)],
});
