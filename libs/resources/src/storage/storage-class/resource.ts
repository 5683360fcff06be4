import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultStorageClass } from './defaults';
import { storageClassTable } from './table';
import { storageClassValidation } from './validation';

export const storageClassResource = defineResource({
  kind: Kinds.StorageClass,
  generation: false,
  answersDeleted: true,
  defaults: defaultStorageClass,
  validation: storageClassValidation,
  table: storageClassTable,
  unsupported: [{ field: '', why: 'volumes are neither bound to claims nor provisioned' }],
});
