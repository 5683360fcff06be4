import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const deviceClassResource = defineResource({
  kind: Kinds.DeviceClass,
  answersDeleted: true,
  unsupported: [{ field: '', why: 'devices are not allocated' }],
});
