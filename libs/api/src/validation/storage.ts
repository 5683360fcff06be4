import type { corev1, storagev1 } from '@skiff/contracts';
import { compareQuantities } from '../quantity/quantity';
import { immutable, same } from './metadata';
import { validateAccessModes, validateClassName, validateVolumeMode } from './claims';
import { qualifiedName } from './names';
import { child, type Problems } from './problems';
import { validateNodeSelector } from './pod/scheduling';
import { validateLocalPath } from './pod/volume-files';

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
  validateAccessModes(spec.accessModes, 'spec.accessModes', '', to);
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
  validateClassName(spec.storageClassName, 'spec.storageClassName', to);
  validateVolumeMode(spec.volumeMode, 'spec.volumeMode', to);
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
