import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultPriorityLevelConfiguration } from './defaults';
import { priorityLevelConfigurationTable } from './table';
import { priorityLevelConfigurationValidation } from './validation';

export const priorityLevelConfigurationResource = defineResource({
  kind: Kinds.PriorityLevelConfiguration,
  subresources: [statusSubresource],
  defaults: defaultPriorityLevelConfiguration,
  validation: priorityLevelConfigurationValidation,
  table: priorityLevelConfigurationTable,
});
