import { also, type ErrorList, type Validation } from '@skiff/apimachinery';
import type { storagev1 } from '@skiff/contracts';
import { fixed, validateParameters, validateProvisioner } from '../class-validation';

/** Rules of a VolumeAttributesClass. Upstream: ValidateVolumeAttributesClass. */
export function validateAttributesClass(value: storagev1.VolumeAttributesClass, to: ErrorList): void {
  validateProvisioner(value.driverName ?? '', 'driverName', to);
  validateParameters(value.parameters, true, to);
}

export function fixedAttributes(
  value: storagev1.VolumeAttributesClass,
  old: storagev1.VolumeAttributesClass,
  to: ErrorList,
): void {
  fixed(value, old, ['driverName', 'parameters'], to);
}

export const volumeAttributesClassValidation: Validation<storagev1.VolumeAttributesClass> = {
  create: validateAttributesClass,
  update: also(validateAttributesClass, fixedAttributes),
};
