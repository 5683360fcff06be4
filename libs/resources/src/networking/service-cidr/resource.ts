import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { serviceCIDRTable } from './table';
import { serviceCIDRValidation } from './validation';

export const serviceCIDRResource = defineResource({
  kind: Kinds.ServiceCIDR,
  subresources: [statusSubresource],
  validation: serviceCIDRValidation,
  table: serviceCIDRTable,
  unsupported: [
    {
      field: '',
      why: 'addresses of Services come from the range that the API server was started with',
      applies: ({ metadata }) => metadata?.name !== 'kubernetes',
      notice: {
        condition: {
          type: 'Ready',
          reason: 'NotSupported',
          message: 'this cluster takes addresses of Services from ServiceCIDR kubernetes alone',
        },
      },
    },
  ],
});
