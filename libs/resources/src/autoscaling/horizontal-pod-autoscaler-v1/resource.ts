import { defineResource, statusSubresource, storedAs } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { horizontalPodAutoscalerTable } from '../horizontal-pod-autoscaler/table';
import { horizontalPodAutoscalerV1Conversion } from './conversion';
import { horizontalPodAutoscalerV1Strategy } from './strategy';
import { horizontalPodAutoscalerV1Validation } from './validation';

export const horizontalPodAutoscalerV1Resource = defineResource({
  kind: Kinds.HorizontalPodAutoscalerV1,
  generation: false,
  storage: storedAs(horizontalPodAutoscalerV1Conversion),
  subresources: [statusSubresource],
  validation: horizontalPodAutoscalerV1Validation,
  strategy: horizontalPodAutoscalerV1Strategy,
  table: horizontalPodAutoscalerTable,
  unsupported: [{ field: '', why: 'pods are not scaled by what they use' }],
});
