import { child, type ErrorList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateLocalPath } from './volume-files';

type Volumes = ReadonlyMap<string, corev1.Volume>;

/** What a container mounts, and the devices that it gets. */
export function validateMounts(container: corev1.Container, volumes: Volumes, path: string, to: ErrorList): void {
  const mounts = child(path, 'volumeMounts');
  const devices = new Map(container.volumeDevices?.map(({ name, devicePath }) => [name, devicePath]));
  const devicePaths = new Set(devices.values());
  const points = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${mounts}[${index}]`;
    const { name = '', mountPath = '' } = mount;
    if (name === '') to.required(child(at, 'name'));
    if (!volumes.has(name)) to.notFound(child(at, 'name'), name);
    if (mountPath === '') to.required(child(at, 'mountPath'));
    if (points.has(mountPath)) to.invalid(child(at, 'mountPath'), mountPath, 'must be unique');
    points.add(mountPath);
    if (devices.has(name)) to.invalid(child(at, 'name'), name, 'must not already exist in volumeDevices');
    if (devicePaths.has(mountPath))
      to.invalid(child(at, 'mountPath'), mountPath, 'must not already exist as a path in volumeDevices');
    // As upstream, whose errors of these name the list and not the mount.
    validateSubPaths(mount, mounts, to);
    validatePropagation(mount, container, child(mounts, 'mountPropagation'), to);
    validateRecursiveReadOnly(mount, child(mounts, 'recursiveReadOnly'), to);
  }
  validateDevices(container, volumes, child(path, 'volumeDevices'), to);
}

function validateSubPaths({ subPath, subPathExpr }: corev1.VolumeMount, at: string, to: ErrorList): void {
  if (subPath) validateLocalPath(subPath, child(at, 'subPath'), to);
  if (!subPathExpr) return;
  if (subPath) to.invalid(child(at, 'subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive');
  validateLocalPath(subPathExpr, child(at, 'subPathExpr'), to);
}

function validatePropagation(mount: corev1.VolumeMount, container: corev1.Container, at: string, to: ErrorList): void {
  const { mountPropagation: mode } = mount;
  if (mode === undefined) return;
  const modes = ['Bidirectional', 'HostToContainer', 'None'];
  if (!modes.includes(mode)) to.notSupported(at, mode, modes);
  if (mode === 'Bidirectional' && !container.securityContext?.privileged)
    to.forbidden(at, 'Bidirectional mount propagation is available only to privileged containers');
}

function validateRecursiveReadOnly(mount: corev1.VolumeMount, at: string, to: ErrorList): void {
  const { recursiveReadOnly: mode, mountPropagation = 'None' } = mount;
  if (mode === undefined || mode === 'Disabled') return;
  if (mode !== 'Enabled' && mode !== 'IfPossible') {
    to.notSupported(at, mode, ['Disabled', 'Enabled', 'IfPossible']);
    return;
  }
  if (!mount.readOnly) to.forbidden(at, 'may only be specified when readOnly is true');
  if (mountPropagation !== 'None')
    to.forbidden(at, 'may only be specified when mountPropagation is None or not specified');
}

function validateDevices(container: corev1.Container, volumes: Volumes, path: string, to: ErrorList): void {
  const mounts = new Map(container.volumeMounts?.map(({ name, mountPath }) => [name, mountPath]));
  const mountPaths = new Set(mounts.values());
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [index, { name = '', devicePath = '' }] of (container.volumeDevices ?? []).entries()) {
    const at = `${path}[${index}]`;
    const nameAt = child(at, 'name');
    const pathAt = child(at, 'devicePath');
    const volume = volumes.get(name);
    if (name === '') to.required(nameAt);
    if (names.has(name)) to.invalid(nameAt, name, 'must be unique');
    if (!volume) to.notFound(nameAt, name);
    else if (!volume.persistentVolumeClaim && !volume.ephemeral)
      to.invalid(nameAt, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode');
    if (devicePath === '') to.required(pathAt);
    if (paths.has(devicePath)) to.invalid(pathAt, devicePath, 'must be unique');
    if (devicePath.split('/').includes('..')) to.invalid(pathAt, devicePath, "can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (mounts.has(name)) to.invalid(nameAt, name, 'must not already exist in volumeMounts');
    if (mountPaths.has(devicePath)) to.invalid(pathAt, devicePath, 'must not already exist as a path in volumeMounts');
    if (name !== '') names.add(name);
  }
}
