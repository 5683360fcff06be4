import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { podDisruptionBudgetTable } from './table';
import { podDisruptionBudgetValidation } from './validation';

export const podDisruptionBudgetResource = defineResource({
  kind: Kinds.PodDisruptionBudget,
  subresources: [statusSubresource],
  validation: podDisruptionBudgetValidation,
  table: podDisruptionBudgetTable,
});
