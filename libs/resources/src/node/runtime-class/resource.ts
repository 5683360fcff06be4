import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { runtimeClassTable } from './table';
import { runtimeClassValidation } from './validation';

export const runtimeClassResource = defineResource({
  kind: Kinds.RuntimeClass,
  generation: false,
  validation: runtimeClassValidation,
  table: runtimeClassTable,
});
