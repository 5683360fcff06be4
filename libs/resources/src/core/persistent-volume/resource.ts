import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultPersistentVolume } from './defaults';
import { persistentVolumeStrategy } from './strategy';
import { persistentVolumeTable } from './table';
import { persistentVolumeValidation } from './validation';

export const persistentVolumeResource = defineResource({
  kind: Kinds.PersistentVolume,
  generation: false,
  answersDeleted: true,
  subresources: [statusSubresource],
  defaults: defaultPersistentVolume,
  validation: persistentVolumeValidation,
  strategy: persistentVolumeStrategy,
  table: persistentVolumeTable,
  unsupported: [{ field: '', why: 'volumes are neither bound to claims nor provisioned' }],
});
