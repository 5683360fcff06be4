import { defineResource, objectCount, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { resourceQuotaTable } from './table';
import { resourceQuotaValidation } from './validation';

export const resourceQuotaResource = defineResource({
  kind: Kinds.ResourceQuota,
  generation: false,
  answersDeleted: true,
  subresources: [statusSubresource],
  validation: resourceQuotaValidation,
  table: resourceQuotaTable,
  quota: objectCount('', 'resourcequotas', 'resourcequotas'),
});
