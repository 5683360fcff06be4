import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { csiStorageCapacityValidation } from './validation';

export const csiStorageCapacityResource = defineResource({
  kind: Kinds.CSIStorageCapacity,
  generation: false,
  validation: csiStorageCapacityValidation,
  unsupported: [{ field: '', why: 'CSI drivers are not called' }],
});
