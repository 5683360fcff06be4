import type { storagev1 } from '@skiff/contracts';

export function defaultStorageClass(storageClass: storagev1.StorageClass): void {
  storageClass.reclaimPolicy ??= 'Delete';
  storageClass.volumeBindingMode ??= 'Immediate';
}
