import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { ingressTable } from './table';
import { ingressValidation } from './validation';

export const ingressResource = defineResource({
  kind: Kinds.Ingress,
  subresources: [statusSubresource],
  validation: ingressValidation,
  table: ingressTable,
});
