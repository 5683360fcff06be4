import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultCsiDriver } from './defaults';
import { csiDriverTable } from './table';
import { csiDriverValidation } from './validation';

export const csiDriverResource = defineResource({
  kind: Kinds.CSIDriver,
  answersDeleted: true,
  defaults: defaultCsiDriver,
  validation: csiDriverValidation,
  table: csiDriverTable,
  unsupported: [{ field: '', why: 'CSI drivers are not called' }],
});
