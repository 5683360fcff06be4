import type { corev1, storagev1 } from '@skiff/contracts';
import { immutable, same, qualifiedName, child, refuseRepeated, sameKey, type ErrorList } from '@skiff/apimachinery';

const reclaimPolicies = ['Delete', 'Retain'];
const bindingModes = ['Immediate', 'WaitForFirstConsumer'];
const mostParameters = 512;
const largestParameters = 256 * 1024;

function validateProvisioner(name: string, path: string, to: ErrorList): void {
  if (name === '') to.required(path);
  else to.all(path, name, qualifiedName(name.toLowerCase()));
}

function validateParameters(
  parameters: Readonly<Record<string, string>> | undefined,
  isNeeded: boolean,
  to: ErrorList,
): void {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > mostParameters) to.tooLong('parameters', mostParameters);
  if (isNeeded && entries.length === 0) to.required('parameters', 'must contain at least one key/value pair');
  if (entries.some(([key]) => key === '')) to.invalid('parameters', '', 'field cannot be empty.');
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (size > largestParameters) to.tooLong('parameters', largestParameters);
}

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

function fixed<T>(value: T, old: T, fields: readonly (keyof T & string)[], to: ErrorList): void {
  for (const field of fields)
    if (!same(value[field], old[field])) to.forbidden(field, `updates to ${field} are forbidden.`);
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
