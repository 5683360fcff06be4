import type { corev1 } from '@skiff/contracts';

export function defaultPersistentVolume(volume: corev1.PersistentVolume): void {
  volume.status ??= {};
  volume.status.phase ??= 'Pending';
  const { spec } = volume;
  if (!spec) return;
  spec.persistentVolumeReclaimPolicy ??= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  if (spec.hostPath) spec.hostPath.type ??= '';
}
