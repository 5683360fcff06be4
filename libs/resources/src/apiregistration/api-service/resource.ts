import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { apiServiceTable } from './table';
import { apiServiceValidation } from './validation';

export const apiServiceResource = defineResource({
  kind: Kinds.APIService,
  generation: false,
  subresources: [statusSubresource],
  validation: apiServiceValidation,
  table: apiServiceTable,
  unsupported: [
    {
      field: 'spec.service',
      why: 'requests are not handed on to other API servers',
      applies: ({ spec }) => spec?.service !== undefined,
      notice: {
        condition: {
          type: 'Available',
          reason: 'NotSupported',
          message: 'this cluster hands no requests on to other API servers',
        },
      },
    },
  ],
});
