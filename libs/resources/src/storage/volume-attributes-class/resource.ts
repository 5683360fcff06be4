import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { volumeAttributesClassValidation } from './validation';

export const volumeAttributesClassResource = defineResource({
  kind: Kinds.VolumeAttributesClass,
  answersDeleted: true,
  validation: volumeAttributesClassValidation,
  unsupported: [{ field: '', why: 'CSI drivers are not called' }],
});
