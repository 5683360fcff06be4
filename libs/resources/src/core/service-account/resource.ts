import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { serviceAccountTable } from './table';
import { serviceAccountToken } from './token-request';
import { serviceAccountValidation } from './validation';

export const serviceAccountResource = defineResource({
  kind: Kinds.ServiceAccount,
  generation: false,
  answersDeleted: true,
  subresources: [serviceAccountToken],
  validation: serviceAccountValidation,
  table: serviceAccountTable,
});
