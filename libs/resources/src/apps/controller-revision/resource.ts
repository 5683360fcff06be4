import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { controllerRevisionTable } from './table';
import { controllerRevisionValidation } from './validation';

export const controllerRevisionResource = defineResource({
  kind: Kinds.ControllerRevision,
  generation: false,
  validation: controllerRevisionValidation,
  table: controllerRevisionTable,
});
