import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultPersistentVolumeClaim } from './defaults';
import { persistentVolumeClaimQuota } from './quota';
import { persistentVolumeClaimTable } from './table';
import { persistentVolumeClaimValidation } from './validation';

export const persistentVolumeClaimResource = defineResource({
  kind: Kinds.PersistentVolumeClaim,
  generation: false,
  answersDeleted: true,
  subresources: [statusSubresource],
  defaults: defaultPersistentVolumeClaim,
  validation: persistentVolumeClaimValidation,
  table: persistentVolumeClaimTable,
  quota: persistentVolumeClaimQuota,
  unsupported: [
    {
      field: '',
      why: 'volumes are neither bound to claims nor provisioned',
      notice: {
        event: {
          reason: 'FailedBinding',
          message: 'this cluster neither binds nor provisions volumes: the claim stays pending, and so do its pods',
        },
      },
    },
  ],
});
