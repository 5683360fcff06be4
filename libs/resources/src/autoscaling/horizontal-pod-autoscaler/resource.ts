import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultAutoscaler } from './defaults';
import { horizontalPodAutoscalerTable } from './table';
import { horizontalPodAutoscalerValidation } from './validation';

export const horizontalPodAutoscalerResource = defineResource({
  kind: Kinds.HorizontalPodAutoscaler,
  generation: false,
  subresources: [statusSubresource],
  defaults: defaultAutoscaler,
  validation: horizontalPodAutoscalerValidation,
  table: horizontalPodAutoscalerTable,
  unsupported: [
    {
      field: '',
      why: 'pods are not scaled by what they use',
      notice: {
        condition: {
          type: 'ScalingActive',
          reason: 'NotSupported',
          message: 'this cluster does not scale pods by what they use',
        },
      },
    },
  ],
});
