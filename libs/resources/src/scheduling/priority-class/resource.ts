import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultPriorityClass } from './defaults';
import { priorityClassStrategy } from './strategy';
import { priorityClassTable } from './table';
import { priorityClassValidation } from './validation';

export const priorityClassResource = defineResource({
  kind: Kinds.PriorityClass,
  defaults: defaultPriorityClass,
  validation: priorityClassValidation,
  strategy: priorityClassStrategy,
  table: priorityClassTable,
});
