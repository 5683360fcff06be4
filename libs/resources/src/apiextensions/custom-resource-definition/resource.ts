import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const customResourceDefinitionResource = defineResource({
  kind: Kinds.CustomResourceDefinition,
  subresources: [statusSubresource],
  unsupported: [
    {
      field: '',
      why: 'custom resources are not served',
      notice: {
        condition: { type: 'Established', reason: 'NotSupported', message: 'this cluster serves no custom resources' },
      },
    },
  ],
});
