import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const resourceSliceResource = defineResource({
  kind: Kinds.ResourceSlice,
  answersDeleted: true,
  unsupported: [{ field: '', why: 'devices are not allocated' }],
});
