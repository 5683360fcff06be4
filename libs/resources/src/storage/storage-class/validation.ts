import {
  child,
  type ErrorList,
  immutable,
  qualifiedName,
  refuseRepeated,
  sameKey,
  type Validation,
} from '@skiff/apimachinery';
import type { corev1, storagev1 } from '@skiff/contracts';
import { fixed, validateParameters, validateProvisioner } from '../class-validation';
import { warningsForStorageClass } from './warnings';

const reclaimPolicies = ['Delete', 'Retain'];

const bindingModes = ['Immediate', 'WaitForFirstConsumer'];

/** What one term asks of labels: values by key. Upstream: ValidateTopologySelectorTerm. */
function validateTerm({ matchLabelExpressions }: corev1.TopologySelectorTerm, path: string, to: ErrorList): object {
  const found = new Map<string, string[]>();
  for (const [index, { key = '', values }] of (matchLabelExpressions ?? []).entries()) {
    const at = `${child(path, 'matchLabelExpressions')}[${index}]`;
    if (!values?.length) to.required(child(at, 'values'));
    const all = values ?? [];
    refuseRepeated(all, child(at, 'values'), to);
    to.all(child(at, 'key'), key, qualifiedName(key));
    if (found.has(key)) to.duplicate(child(at, 'key'), key);
    found.set(key, [...new Set(all)].sort());
  }
  return Object.fromEntries(found);
}

function validateTopologies(terms: readonly corev1.TopologySelectorTerm[], to: ErrorList): void {
  const seen = new Set<string>();
  for (const [index, term] of terms.entries()) {
    const at = `allowedTopologies[${index}]`;
    const found = sameKey(validateTerm(term, at, to));
    if (seen.has(found)) to.duplicate(child(at, 'matchLabelExpressions'), '');
    seen.add(found);
  }
}

/** Rules of a StorageClass. Upstream: ValidateStorageClass. */
export function validateStorageClass(value: storagev1.StorageClass, to: ErrorList): void {
  validateProvisioner(value.provisioner ?? '', 'provisioner', to);
  validateParameters(value.parameters, false, to);
  const { reclaimPolicy = '', volumeBindingMode } = value;
  if (!reclaimPolicies.includes(reclaimPolicy)) to.notSupported('reclaimPolicy', reclaimPolicy, reclaimPolicies);
  if (volumeBindingMode === undefined) to.required('volumeBindingMode');
  else if (!bindingModes.includes(volumeBindingMode))
    to.notSupported('volumeBindingMode', volumeBindingMode, bindingModes);
  validateTopologies(value.allowedTopologies ?? [], to);
}

export function validateStorageClassUpdate(
  value: storagev1.StorageClass,
  old: storagev1.StorageClass,
  to: ErrorList,
): void {
  validateStorageClass(value, to);
  fixed(value, old, ['parameters', 'provisioner', 'reclaimPolicy'], to);
  immutable(value.volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode', to);
}

export const storageClassValidation: Validation<storagev1.StorageClass> = {
  create: validateStorageClass,
  update: validateStorageClassUpdate,
  warnings: warningsForStorageClass,
};
