import type { corev1, storagev1 } from '@skiff/contracts';
import { compareQuantities } from '../quantity/quantity';
import { immutable, same } from './metadata';
import { dns1123Subdomain, qualifiedName } from './names';
import { child, type Problems } from './problems';
import { validateNodeSelector } from './pod/scheduling';
import { validateLabelSelector } from './selectors';
import { validateLocalPath } from './pod/volume-files';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const volumeModes = ['Block', 'Filesystem'];

function validateModes(modes: readonly string[] | null | undefined, to: Problems, none: string): void {
  if (!modes?.length) to.required('spec.accessModes', none);
  for (const mode of modes ?? [])
    if (!accessModes.includes(mode)) to.notSupported('spec.accessModes', mode, accessModes);
  if (modes?.includes('ReadWriteOncePod') && modes.length > 1)
    to.forbidden('spec.accessModes', 'may not use ReadWriteOncePod with other access modes');
}

function validateMode(mode: string | undefined, to: Problems): void {
  if (mode !== undefined && !volumeModes.includes(mode)) to.notSupported('spec.volumeMode', mode, volumeModes);
}

function validateClass(name: string | undefined, to: Problems): void {
  if (name) to.all('spec.storageClassName', name, dns1123Subdomain(name));
}

/** Rules of a claim; upstream's ValidatePersistentVolumeClaim. */
export function validateClaim({ spec = {} }: corev1.PersistentVolumeClaim, to: Problems): void {
  validateModes(spec.accessModes, to, 'at least 1 access mode is required');
  validateLabelSelector(spec.selector, 'spec.selector', to);
  const size = spec.resources?.requests?.['storage'];
  if (size === undefined) to.required('spec.resources[storage]');
  else if (compareQuantities(size, '0') <= 0) to.invalid('spec.resources[storage]', size, 'must be greater than zero');
  validateClass(spec.storageClassName, to);
  validateMode(spec.volumeMode, to);
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
  to: Problems,
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

/** Fields of a volume's spec that are not where its data is. */
const notSources = new Set([
  ...['capacity', 'accessModes', 'claimRef', 'persistentVolumeReclaimPolicy', 'storageClassName', 'mountOptions'],
  ...['volumeMode', 'nodeAffinity', 'volumeAttributesClassName'],
]);
const sourcesOf = (spec: corev1.PersistentVolumeSpec): [string, unknown][] =>
  Object.entries(spec).filter(([name, value]) => !notSources.has(name) && value !== undefined);

function validateSource(spec: corev1.PersistentVolumeSpec, to: Problems): void {
  const [first, ...others] = sourcesOf(spec);
  if (!first) to.required('spec', 'must specify a volume type');
  for (const [name] of others) to.forbidden(child('spec', name), 'may not specify more than 1 volume type');
  if (spec.hostPath) {
    const { path = '' } = spec.hostPath;
    if (path === '') to.required('spec.hostPath.path');
    else if (path.split('/').includes('..')) to.invalid('spec.hostPath.path', path, "must not contain '..'");
    if (path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle')
      to.forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'");
  }
  if (spec.nfs) {
    if (!spec.nfs.server) to.required('spec.nfs.server');
    if (!spec.nfs.path) to.required('spec.nfs.path');
    else if (!spec.nfs.path.startsWith('/')) to.invalid('spec.nfs.path', spec.nfs.path, 'must be an absolute path');
  }
  if (spec.local) {
    if (!spec.local.path) to.required('spec.local.path');
    else if (spec.local.path.split('/').includes('..')) validateLocalPath(spec.local.path, 'spec.local.path', to);
    if (!spec.nodeAffinity?.required) to.required('spec.nodeAffinity', 'Local volume requires node affinity');
  }
  if (spec.csi) {
    if (!spec.csi.driver) to.required('spec.csi.driver');
    if (!spec.csi.volumeHandle) to.required('spec.csi.volumeHandle');
  }
}

/** Rules of a volume; upstream's ValidatePersistentVolume. */
export function validateVolume({ spec = {} }: corev1.PersistentVolume, to: Problems): void {
  validateModes(spec.accessModes, to, '');
  const size = spec.capacity?.['storage'];
  if (Object.keys(spec.capacity ?? {}).length === 0) to.required('spec.capacity');
  else if (size === undefined || Object.keys(spec.capacity ?? {}).length > 1)
    to.notSupported('spec.capacity', spec.capacity, ['storage']);
  else if (compareQuantities(size, '0') <= 0) to.invalid('spec.capacity[storage]', size, 'must be greater than zero');
  const policy = spec.persistentVolumeReclaimPolicy ?? '';
  if (policy !== '' && !['Delete', 'Recycle', 'Retain'].includes(policy))
    to.notSupported('spec.persistentVolumeReclaimPolicy', policy, ['Delete', 'Recycle', 'Retain']);
  if (spec.nodeAffinity?.required) validateNodeSelector(spec.nodeAffinity.required, 'spec.nodeAffinity.required', to);
  else if (spec.nodeAffinity) to.required('spec.nodeAffinity.required', 'must specify required node constraints');
  validateSource(spec, to);
  validateClass(spec.storageClassName, to);
  validateMode(spec.volumeMode, to);
}

export function validateVolumeUpdate(
  volume: corev1.PersistentVolume,
  old: corev1.PersistentVolume,
  to: Problems,
): void {
  validateVolume(volume, to);
  const sources = ({ spec = {} }: corev1.PersistentVolume) => Object.fromEntries(sourcesOf(spec));
  if (!same(sources(volume), sources(old)))
    to.forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation');
  immutable(volume.spec?.volumeMode, old.spec?.volumeMode, 'spec.volumeMode', to);
}

export function validateStorageClass(value: storagev1.StorageClass, to: Problems): void {
  if (!value.provisioner) to.required('provisioner');
  else to.all('provisioner', value.provisioner, qualifiedName(value.provisioner.toLowerCase()));
  const { reclaimPolicy = '', volumeBindingMode } = value;
  if (!['Delete', 'Retain'].includes(reclaimPolicy))
    to.notSupported('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']);
  if (volumeBindingMode === undefined) to.required('volumeBindingMode');
  else if (!['Immediate', 'WaitForFirstConsumer'].includes(volumeBindingMode))
    to.notSupported('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']);
  if (Object.keys(value.parameters ?? {}).some((key) => key === ''))
    to.invalid('parameters', '', 'field cannot be empty.');
}

export function validateStorageClassUpdate(
  value: storagev1.StorageClass,
  old: storagev1.StorageClass,
  to: Problems,
): void {
  validateStorageClass(value, to);
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy'] as const)
    if (!same(value[field], old[field])) to.forbidden(field, `updates to ${field} are forbidden.`);
  immutable(value.volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode', to);
}
