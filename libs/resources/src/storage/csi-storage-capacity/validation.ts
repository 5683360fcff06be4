import {
  also,
  compareQuantities,
  dns1123Subdomain,
  type ErrorList,
  immutable,
  validateLabelSelector,
  type Validation,
} from '@skiff/apimachinery';
import type { storagev1 } from '@skiff/contracts';
import { warningsForStorageCapacity } from './warnings';

/** Rules of a CSIStorageCapacity. Upstream: ValidateCSIStorageCapacity. */
export function validateStorageCapacity(capacity: storagev1.CSIStorageCapacity, to: ErrorList): void {
  const { storageClassName = '', nodeTopology } = capacity;
  to.all('storageClassName', storageClassName, dns1123Subdomain(storageClassName));
  validateLabelSelector(nodeTopology, 'nodeTopology', to);
  for (const field of ['capacity', 'maximumVolumeSize'] as const) {
    const amount = capacity[field];
    if (amount !== undefined && compareQuantities(amount, '0') < 0)
      to.invalid(field, amount, 'must be greater than or equal to 0');
  }
}

export function fixedTopology(
  capacity: storagev1.CSIStorageCapacity,
  old: storagev1.CSIStorageCapacity,
  to: ErrorList,
): void {
  immutable(capacity.nodeTopology, old.nodeTopology, 'nodeTopology', to);
  immutable(capacity.storageClassName, old.storageClassName, 'storageClassName', to);
}

export const csiStorageCapacityValidation: Validation<storagev1.CSIStorageCapacity> = {
  create: validateStorageCapacity,
  update: also(validateStorageCapacity, fixedTopology),
  warnings: warningsForStorageCapacity,
};
