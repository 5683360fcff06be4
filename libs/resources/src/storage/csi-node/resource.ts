import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { csiNodeTable } from './table';
import { csiNodeValidation } from './validation';

export const csiNodeResource = defineResource({
  kind: Kinds.CSINode,
  generation: false,
  answersDeleted: true,
  validation: csiNodeValidation,
  table: csiNodeTable,
});
