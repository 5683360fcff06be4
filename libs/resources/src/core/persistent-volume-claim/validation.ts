import {
  child,
  compareQuantities,
  dns1123Label,
  dns1123Subdomain,
  type ErrorList,
  immutable,
  same,
  validateAnnotations,
  validateLabels,
  validateLabelSelector,
  type Validation,
} from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { warningsForClaim } from './warnings';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

const volumeModes = ['Block', 'Filesystem'];

/** The ways in which storage is used; `none` is what to say when there is not one. */
export function validateAccessModes(
  modes: readonly string[] | null | undefined,
  path: string,
  none: string,
  to: ErrorList,
): void {
  if (!modes?.length) to.required(path, none);
  for (const mode of modes ?? []) if (!accessModes.includes(mode)) to.notSupported(path, mode, accessModes);
  if (modes?.includes('ReadWriteOncePod') && modes.length > 1)
    to.forbidden(path, 'may not use ReadWriteOncePod with other access modes');
}

export function validateVolumeMode(mode: string | undefined, path: string, to: ErrorList): void {
  if (mode !== undefined && !volumeModes.includes(mode)) to.notSupported(path, mode, volumeModes);
}

export function validateClassName(name: string | undefined, path: string, to: ErrorList): void {
  if (name) to.all(path, name, dns1123Subdomain(name));
}

const claimKind = 'PersistentVolumeClaim';

/** What a claim is filled from. Upstream: validateDataSource and validateDataSourceRef. */
function validateSource(source: corev1.TypedObjectReference, path: string, to: ErrorList): void {
  const { apiGroup = '', kind = '', name = '', namespace = '' } = source;
  if (name === '') to.required(child(path, 'name'));
  if (kind === '') to.required(child(path, 'kind'));
  if (apiGroup !== '') to.all(child(path, 'apiGroup'), apiGroup, dns1123Subdomain(apiGroup));
  else if (kind !== claimKind) to.invalid(path, kind, `must be '${claimKind}' when referencing the default apiGroup`);
  if (namespace !== '') to.all(child(path, 'namespace'), namespace, dns1123Label(namespace));
}

function validateSources({ dataSource, dataSourceRef }: corev1.PersistentVolumeClaimSpec, path: string, to: ErrorList) {
  const at = child(path, 'dataSource');
  if (dataSource) validateSource(dataSource, at, to);
  if (dataSourceRef) validateSource(dataSourceRef, child(path, 'dataSourceRef'), to);
  if (!dataSource || !dataSourceRef) return;
  const identity = ({ apiGroup = '', kind, name }: corev1.TypedObjectReference) => ({ apiGroup, kind, name });
  if (dataSourceRef.namespace) to.invalid(path, at, 'may not be specified when dataSourceRef.namespace is specified');
  else if (!same(identity(dataSource), identity(dataSourceRef))) to.invalid(path, at, 'must match dataSourceRef');
}

/** Rules of a claim's spec, in a claim or in a template of one. Upstream: ValidatePersistentVolumeClaimSpec. */
export function validateClaimSpec(spec: corev1.PersistentVolumeClaimSpec, path: string, to: ErrorList): void {
  validateAccessModes(spec.accessModes, child(path, 'accessModes'), 'at least 1 access mode is required', to);
  validateLabelSelector(spec.selector, child(path, 'selector'), to);
  const size = spec.resources?.requests?.['storage'];
  const sizeAt = `${child(path, 'resources')}[storage]`;
  if (size === undefined) to.required(sizeAt);
  else if (compareQuantities(size, '0') <= 0) to.invalid(sizeAt, size, 'must be greater than zero');
  validateClassName(spec.storageClassName, child(path, 'storageClassName'), to);
  validateVolumeMode(spec.volumeMode, child(path, 'volumeMode'), to);
  validateSources(spec, path, to);
  validateClassName(spec.volumeAttributesClassName, child(path, 'volumeAttributesClassName'), to);
}

/** A template has labels and annotations, but no identity. Upstream: ValidatePersistentVolumeClaimTemplate. */
export function validateClaimTemplate(
  { metadata = {}, spec = {} }: corev1.PersistentVolumeClaimTemplate,
  path: string,
  to: ErrorList,
): void {
  const at = child(path, 'metadata');
  validateAnnotations(metadata.annotations, child(at, 'annotations'), to);
  validateLabels(metadata.labels, child(at, 'labels'), to);
  for (const [field, value] of Object.entries(metadata))
    if (field !== 'labels' && field !== 'annotations' && !isEmpty(value))
      to.forbidden(child(at, field), 'cannot be set');
  validateClaimSpec(spec, child(path, 'spec'), to);
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Rules of a claim. Upstream: ValidatePersistentVolumeClaim. */
export function validateClaim({ spec = {} }: corev1.PersistentVolumeClaim, to: ErrorList): void {
  validateClaimSpec(spec, 'spec', to);
}

/** What of a claim may not change: all but its size and class of attributes when it is bound, and that it gets its volume. */
function fixedClaim(
  claim: corev1.PersistentVolumeClaim,
  old: corev1.PersistentVolumeClaim,
): corev1.PersistentVolumeClaimSpec {
  const result = structuredClone(claim.spec ?? {});
  const before = old.spec ?? {};
  if (!before.volumeName && result.volumeName) delete result.volumeName;
  if (claim.status?.phase === 'Bound' && before.resources) result.resources = before.resources;
  if (before.volumeAttributesClassName === undefined) delete result.volumeAttributesClassName;
  else result.volumeAttributesClassName = before.volumeAttributesClassName;
  // A class may still come to a claim that had none.
  if (before.storageClassName === undefined && !before.volumeName) delete result.storageClassName;
  return result;
}

export function validateClaimUpdate(
  claim: corev1.PersistentVolumeClaim,
  old: corev1.PersistentVolumeClaim,
  to: ErrorList,
): void {
  validateClaim(claim, to);
  if (!same(fixedClaim(claim, old), old.spec ?? {}))
    to.forbidden(
      'spec',
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    );
  const sizeOf = ({ spec }: corev1.PersistentVolumeClaim): string => spec?.resources?.requests?.['storage'] ?? '0';
  const capacity = old.status?.capacity?.['storage'] ?? '0';
  const shrinks = compareQuantities(sizeOf(claim), sizeOf(old)) < 0;
  if (shrinks && compareQuantities(sizeOf(claim), capacity) <= 0)
    to.forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity');
  immutable(claim.spec?.volumeMode, old.spec?.volumeMode, 'spec.volumeMode', to);
}

export const persistentVolumeClaimValidation: Validation<corev1.PersistentVolumeClaim> = {
  create: validateClaim,
  update: validateClaimUpdate,
  warnings: warningsForClaim,
};
